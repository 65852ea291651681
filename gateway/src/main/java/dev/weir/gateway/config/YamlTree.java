package dev.weir.gateway.config;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/// Parses a text into a tree of nodes, or reports why that is impossible.
///
/// The text is parsed twice. The first pass reads events without recursion and checks that the text is one
/// document without tags and within the depth limit. Only then are nodes composed, which recurses by depth.
///
/// **Threads:** confined to the reader's thread.
/// **Limits:** 1 Mi characters, 16 levels, 100 aliases; more are errors.
final class YamlTree {
    private static final int CHARACTERS_LIMIT = 1 << 20;
    private static final int DEPTH_LIMIT = 16;
    private static final int ALIASES_LIMIT = 100;
    private static final LoadSettings SETTINGS =
            LoadSettings.builder().setAllowNonScalarKeys(true).build();
    private static final Pattern BARE_IPV6 = Pattern.compile("\\[[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]*]:[0-9]");
    private static final Pattern IPV6_WITHOUT_BRACKETS = Pattern.compile(
            "(?<=^|[\\s\\[,])((?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}):([0-9]{1,5})(?=[\\s,\\]}]|$)");
    private static final String EXAMPLE = "`weir init` prints an example";

    private final String text;
    private final ConfigErrors faults;
    private StreamReader reader;
    private int depth;
    private int documents;
    private int aliases;

    private YamlTree(String text, ConfigErrors faults) {
        this.text = text;
        this.faults = faults;
        this.reader = new StreamReader(SETTINGS, text);
    }

    /// The root of the tree; empty after adding an error.
    static Optional<Node> of(String text, ConfigErrors faults) {
        return new YamlTree(text, faults).compose();
    }

    private Optional<Node> compose() {
        if (text.length() > CHARACTERS_LIMIT) {
            wholeFile("expected at most 1 Mi characters, found " + text.length(), "");
            return Optional.empty();
        }
        try {
            if (!isAcceptable(parser())) {
                return Optional.empty();
            }
            var root = new Composer(SETTINGS, parser()).getSingleNode();
            if (root.isEmpty()) {
                wholeFile("expected listeners and upstreams, found an empty file", EXAMPLE);
            }
            return root;
        } catch (YamlEngineException failure) {
            faults.add(syntaxError(failure));
            return Optional.empty();
        } catch (RuntimeException _) {
            // Why: on some texts the engine throws other exceptions, such as a NumberFormatException for
            // "\\Uffffffff".
            faults.add(reader.getMark().orElseThrow(), "yaml", "not YAML: this cannot be understood", "");
            return Optional.empty();
        }
    }

    private Parser parser() {
        reader = new StreamReader(SETTINGS, text);
        return new ParserImpl(SETTINGS, reader);
    }

    private boolean isAcceptable(Parser events) {
        while (events.hasNext()) {
            var event = events.next();
            var refusal = refusalOf(event);
            if (refusal != null) {
                faults.add(event.getStartMark().orElseThrow(), "yaml", refusal, "");
                return false;
            }
        }
        return true;
    }

    private @Nullable String refusalOf(Event event) {
        count(event);
        if (documents > 1) {
            return "expected one document, found a second one";
        }
        if (depth > DEPTH_LIMIT) {
            return "expected at most " + DEPTH_LIMIT + " levels, found more";
        }
        if (aliases > ALIASES_LIMIT) {
            return "expected at most " + ALIASES_LIMIT + " aliases, found more";
        }
        return switch (event) {
            case CollectionStartEvent start when start.getTag().isPresent() -> tagRefusal(start.getTag());
            case ScalarEvent scalar when scalar.getTag().isPresent() -> tagRefusal(scalar.getTag());
            default -> null;
        };
    }

    private void count(Event event) {
        switch (event) {
            case DocumentStartEvent _ -> documents++;
            case CollectionStartEvent _ -> depth++;
            case CollectionEndEvent _ -> depth--;
            case AliasEvent _ -> aliases++;
            default -> {
                // the other events neither nest nor multiply anything
            }
        }
    }

    private static String tagRefusal(Optional<String> tag) {
        return "expected a value without a tag, found the tag " + FoundText.text(tag.orElseThrow());
    }

    private ConfigError syntaxError(YamlEngineException failure) {
        if (failure instanceof ReaderException unreadable) {
            return characterError(unreadable);
        }
        if (failure instanceof MarkedYamlEngineException marked) {
            var mark = marked.getProblemMark().or(marked::getContextMark);
            var problem = FoundText.problem(String.valueOf(marked.getProblem()));
            int line = mark.map(Mark::getLine).orElse(0) + 1;
            int column = mark.map(Mark::getColumn).orElse(0) + 1;
            return new ConfigError(line, column, "yaml", "not YAML: " + problem, hint(line, problem));
        }
        return new ConfigError(
                1, 1, "yaml", "not YAML: " + FoundText.problem(String.valueOf(failure.getMessage())), "");
    }

    private String hint(int line, String problem) {
        if (BARE_IPV6.matcher(SourceLines.line(text, line)).find()) {
            return "write an IPv6 address in quotes, such as \"[::1]:8080\"";
        }
        Matcher bare = IPV6_WITHOUT_BRACKETS.matcher(SourceLines.line(text, line));
        if (bare.find()) {
            return "write an IPv6 address in brackets and quotes: \"[" + bare.group(1) + "]:" + bare.group(2) + "\"";
        }
        if (problem.contains("TAB")) return "indent with spaces";
        // Why: the reader's expectation helps nobody; the usual cause is a wrongly indented line.
        boolean isMoved = problem.contains("<block end>") || problem.contains("mapping values are not allowed");
        return isMoved ? "is this line indented as its neighbours are? Keys of one mapping begin in one column" : "";
    }

    private ConfigError characterError(ReaderException failure) {
        int index = Math.clamp(text.indexOf(Character.toString(failure.getCodePoint())), 0, text.length());
        int line = 1;
        int lineFrom = 0;
        for (int i = 0; i < index; i++) {
            if (SourceLines.isBreak(text, i)) {
                line++;
                lineFrom = i + 1;
            }
        }
        return new ConfigError(
                line,
                text.codePointCount(lineFrom, index) + 1,
                "yaml",
                "expected text, found the character U+%04X, which YAML does not allow"
                        .formatted(failure.getCodePoint()),
                "");
    }

    private void wholeFile(String message, String suggestion) {
        faults.add(new ConfigError(1, 1, "file", message, suggestion));
    }
}
