package dev.weir.gateway.config;

import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// Describes what was found, in words that fit into a message.
///
/// **Threads:** immutable.
/// **Limits:** a quoted text is cut after 60 characters, a YAML problem after 200; unprintable characters are
/// shown as `?`.
final class FoundText {
    private static final int CHARACTERS_LIMIT = 60;
    private static final int PROBLEM_LIMIT = 200;

    private FoundText() {}

    static String node(Node node) {
        return switch (node) {
            case ScalarNode scalar -> scalar.getValue().isBlank() ? "nothing" : text(scalar.getValue());
            case SequenceNode list -> list.getValue().isEmpty() ? "an empty list" : "a list";
            case MappingNode mapping -> mapping.getValue().isEmpty() ? "an empty mapping" : "a mapping";
            default -> "something else";
        };
    }

    /// A text from the file.
    static String text(String text) {
        return cut(text, CHARACTERS_LIMIT);
    }

    /// A message of the YAML reader, which may quote the file.
    static String problem(String text) {
        return cut(text, PROBLEM_LIMIT);
    }

    private static String cut(String text, int limit) {
        var cut = new StringBuilder();
        text.codePoints().limit(limit).forEach(c -> cut.appendCodePoint(isPrintable(c) ? c : '?'));
        return text.codePointCount(0, text.length()) > limit ? cut + "..." : cut.toString();
    }

    /// Whether a terminal shows a code point as one character without side effects.
    static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
