package dev.weir.gateway.config;

import java.util.List;

/// Prints errors as compilers do: position, message, the line, a caret, a suggestion.
///
/// **Threads:** immutable.
/// **Limits:** 50 errors, 120 characters of a line; the number of further errors is printed.
public final class ConfigErrorPrinter {
    private static final int FAULTS_LIMIT = 50;
    private static final int COLUMNS_LIMIT = 120;

    private ConfigErrorPrinter() {}

    /// Prints all errors of a refused text; every line ends with `\n`.
    public static String print(ConfigReader.Refused refused) {
        return print(refused.fileName(), refused.text(), refused.faults());
    }

    /// The same for errors from another source.
    ///
    /// @param text of the whole file
    public static String print(String fileName, String text, List<ConfigError> faults) {
        var out = new StringBuilder();
        for (var fault : faults.subList(0, Math.min(faults.size(), FAULTS_LIMIT))) {
            print(out, fileName, text, fault);
        }
        if (faults.size() > FAULTS_LIMIT) {
            out.append("and ").append(faults.size() - FAULTS_LIMIT).append(" more\n");
        }
        return out.toString();
    }

    private static void print(StringBuilder out, String fileName, String text, ConfigError fault) {
        out.append(fileName)
                .append(':')
                .append(fault.line())
                .append(':')
                .append(fault.column())
                .append(": ")
                .append(fault.path())
                .append(": ")
                .append(fault.message())
                .append('\n');
        var line = SourceLines.line(text, fault.line()).codePoints().toArray();
        if (line.length > 0) {
            excerpt(out, line, fault.column() - 1);
        }
        if (!fault.suggestion().isEmpty()) {
            fault.suggestion()
                    .lines()
                    .forEach(one -> out.append("    ").append(one).append('\n'));
        }
    }

    private static void excerpt(StringBuilder out, int[] line, int column) {
        // Why: a line of a megabyte must not bury the message; the part around the caret is enough.
        int from = column < COLUMNS_LIMIT ? 0 : column - COLUMNS_LIMIT / 2;
        int to = Math.min(line.length, from + COLUMNS_LIMIT);
        out.append("    ");
        for (int i = from; i < to; i++) {
            out.appendCodePoint(line[i] == '\t' || FoundText.isPrintable(line[i]) ? line[i] : '?');
        }
        out.append("\n    ");
        for (int i = from; i < column; i++) {
            out.append(i < line.length && line[i] == '\t' ? '\t' : ' ');
        }
        out.append("^\n");
    }
}
