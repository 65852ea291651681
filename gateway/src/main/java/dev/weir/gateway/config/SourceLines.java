package dev.weir.gateway.config;

/// Splits a text into lines as YAML does: after `\n`, `\r\n`, and a lone `\r`.
///
/// **Threads:** immutable.
final class SourceLines {
    private SourceLines() {}

    /// Whether a line ends with the character at an index.
    static boolean isBreak(String text, int index) {
        char here = text.charAt(index);
        return here == '\n' || (here == '\r' && (index + 1 == text.length() || text.charAt(index + 1) != '\n'));
    }

    /// A line without its end; the first is 1. Empty when there is no such line.
    static String line(String text, int number) {
        int line = 1;
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            if (isBreak(text, i)) {
                if (line == number) {
                    return withoutReturn(text.substring(from, i));
                }
                line++;
                from = i + 1;
            }
        }
        return line == number ? withoutReturn(text.substring(from)) : "";
    }

    private static String withoutReturn(String line) {
        return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    }
}
