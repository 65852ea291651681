package dev.weir.http.codec;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/// Reads the tables of messages that stand beside the tests.
final class Corpus {
    private Corpus() {}

    /// One line: its columns as they stand, the last one also as bytes.
    record Entry(List<String> columns, String text) {
        String title() {
            return columns.get(0);
        }

        String verdict() {
            return columns.get(1);
        }

        byte[] bytes() {
            return unescape(text);
        }

        @Override
        public String toString() {
            return title();
        }
    }

    static List<Entry> read(String file, int columns) {
        try (InputStream in = Objects.requireNonNull(Corpus.class.getResourceAsStream(file))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("# ") && !line.equals("#"))
                    .map(line -> List.of(line.split(" \\| ", columns)))
                    .map(cells -> new Entry(cells, cells.get(columns - 1)))
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static byte[] unescape(String text) {
        var out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '⏎') {
                out.append("\r\n");
            } else if (c != '\\') {
                out.append(c);
            } else {
                char escape = text.charAt(++i);
                switch (escape) {
                    case 'r' -> out.append('\r');
                    case 'n' -> out.append('\n');
                    case 't' -> out.append('\t');
                    case '0' -> out.append('\0');
                    case '\\' -> out.append('\\');
                    case 'x' -> {
                        out.append((char) Integer.parseInt(text.substring(i + 1, i + 3), 16));
                        i += 2;
                    }
                    default -> throw new IllegalArgumentException("\\" + escape);
                }
            }
        }
        return out.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
