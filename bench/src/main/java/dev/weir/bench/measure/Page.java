package dev.weir.bench.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// The page that a bench prints and keeps: what was run, on what, and the tables.
public final class Page {
    private static final int WIDTH = 125;

    private final StringBuilder text = new StringBuilder();
    private final String partMark;

    private Page(String partMark) {
        this.partMark = partMark;
    }

    /// Begins a page.
    ///
    /// @param title its headline
    /// @param command that makes it again
    /// @param how it was measured, in sentences
    public static Page begin(String title, String command, String how) throws IOException {
        return begin("#", title, command, how);
    }

    /// Begins a part of a page that is measured part by part, each with a command and a date of its own.
    public static Page beginPart(String title, String command, String how) throws IOException {
        return begin("##", title, command, how);
    }

    private static Page begin(String mark, String title, String command, String how) throws IOException {
        var page = new Page(mark + "#");
        page.text.append(mark).append(' ').append(title).append("\n\n");
        page.paragraph("`%s`, %s. %s".formatted(command, LocalDate.now(ZoneOffset.UTC), Machine.describe()));
        page.paragraph(how);
        return page;
    }

    /// A headline of a part.
    public void part(String title) {
        text.append(partMark).append(' ').append(title).append("\n\n");
    }

    /// Sentences, broken into lines.
    public void paragraph(String sentences) {
        int column = 0;
        for (String word : sentences.strip().split("\\s+", -1)) {
            if (column > 0 && column + word.length() >= WIDTH) {
                text.append('\n');
                column = 0;
            } else if (column > 0) {
                text.append(' ');
                column++;
            }
            text.append(word);
            column += word.length();
        }
        text.append("\n\n");
    }

    /// Lines of a list.
    public void list(List<String> lines) {
        if (lines.isEmpty()) return;
        for (String line : lines) text.append("- ").append(line).append('\n');
        text.append('\n');
    }

    /// A table; the columns of a row in the order of the heads.
    public void table(List<String> heads, List<List<String>> rows) {
        row(heads);
        row(heads.stream().map(head -> "---").toList());
        rows.forEach(this::row);
        text.append('\n');
    }

    private void row(List<String> cells) {
        text.append(cells.stream().collect(Collectors.joining(" | ", "| ", " |")))
                .append('\n');
    }

    /// Prints it, and keeps it in a file.
    public void keep(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, text.toString().stripTrailing() + "\n", StandardCharsets.UTF_8);
        System.out.print(text);
        System.out.println("kept in " + file);
    }

    /// Prints it, and puts it into a page of several parts in place of the one of the same title, else at its end.
    ///
    /// @param head what that page begins with
    public void keepIn(Path file, String head) throws IOException {
        String kept = Files.exists(file) ? Files.readString(file) : head;
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, Parts.replaced(kept, text.toString().stripTrailing() + "\n"), StandardCharsets.UTF_8);
        System.out.print(text);
        System.out.println("kept in " + file);
    }

    /// A picture beside the page.
    public void picture(String what, Path file) {
        text.append("![").append(what).append("](").append(file.getFileName()).append(")\n\n");
    }

    /// A number as tables show it: more digits the smaller it is.
    public static String number(double value) {
        if (value >= 100) return String.format(Locale.ROOT, "%,.0f", value);
        return String.format(Locale.ROOT, value >= 10 ? "%.1f" : "%.2f", value);
    }
}
