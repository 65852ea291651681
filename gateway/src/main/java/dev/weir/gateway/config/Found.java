package dev.weir.gateway.config;

import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// Says what was found in words that fit in a message.
///
/// **Threads:** immutable.
/// **Limits:** a quoted text is cut after 60 characters; what is no printable character is shown as `?`.
final class Found {
    private static final int CHARACTERS_LIMIT = 60;

    private Found() {}

    static String node(Node node) {
        return switch (node) {
            case ScalarNode scalar -> scalar.getValue().isBlank() ? "nothing" : text(scalar.getValue());
            case SequenceNode list -> list.getValue().isEmpty() ? "an empty list" : "a list";
            case MappingNode mapping -> mapping.getValue().isEmpty() ? "an empty mapping" : "a mapping";
            default -> "something else";
        };
    }

    static String text(String text) {
        var cut = new StringBuilder();
        text.codePoints().limit(CHARACTERS_LIMIT).forEach(c -> cut.appendCodePoint(isPrintable(c) ? c : '?'));
        return text.codePointCount(0, text.length()) > CHARACTERS_LIMIT ? cut + "..." : cut.toString();
    }

    /// Whether a terminal shows a code point as one character and nothing else happens.
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
