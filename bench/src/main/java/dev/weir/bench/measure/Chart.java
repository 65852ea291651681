package dev.weir.bench.measure;

import com.google.errorprone.annotations.FormatMethod;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// A picture of lines over an axis that begins at zero, as SVG. It brings its own ground, light or dark as the reader's
/// screen is; lines differ by colour and by dashes.
///
/// **Threads:** confined to the bench.
public final class Chart {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 360;
    private static final int LEFT = 64;
    private static final int RIGHT = 16;
    private static final int TOP = 64;
    private static final int BOTTOM = 48;
    private static final int STEPS = 5;
    private static final int LEGEND_WIDTH = 168;
    private static final List<String> LIGHT = List.of("#0b62c4", "#b3480a", "#1f7a3d", "#8b2fb0", "#555555");
    private static final List<String> DARK = List.of("#6cb2ff", "#ff9d5c", "#6fd08c", "#d79bf5", "#bbbbbb");
    private static final List<String> DASHES = List.of("none", "8 3", "2 3", "10 3 2 3", "5 5");

    private final String title;
    private final String below;
    private final List<Line> lines = new ArrayList<>();

    /// @param title what it shows, with the unit of what goes up
    /// @param below what goes to the right, with its unit
    public Chart(String title, String below) {
        this.title = title;
        this.below = below;
    }

    /// A place on a line.
    public record Point(double x, double y) {}

    private record Line(String name, List<Point> points) {}

    /// Adds a line, at most five.
    public void line(String name, List<Point> points) {
        if (lines.size() == LIGHT.size()) throw new IllegalStateException("no colour is left for " + name);
        lines.add(new Line(name, List.copyOf(points)));
    }

    /// Writes the picture.
    public void keep(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, svg(), StandardCharsets.UTF_8);
    }

    String svg() {
        double right = round(most(true));
        double top = round(most(false));
        var svg = new StringBuilder();
        add(svg, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\">", WIDTH, HEIGHT);
        add(svg, "<title>%s</title>", escaped(title));
        svg.append(style());
        add(svg, "<rect class=\"ground\" width=\"%d\" height=\"%d\" rx=\"6\"/>", WIDTH, HEIGHT);
        add(svg, "<text class=\"title\" x=\"%d\" y=\"24\">%s</text>", LEFT, escaped(title));
        for (int step = 0; step <= STEPS; step++) {
            double y = place(top * step / STEPS, top, HEIGHT - BOTTOM, TOP);
            double x = place(right * step / STEPS, right, LEFT, WIDTH - RIGHT);
            add(svg, "<path class=\"grid\" d=\"M%d %.1fH%d\"/>", LEFT, y, WIDTH - RIGHT);
            add(
                    svg,
                    "<text text-anchor=\"end\" x=\"%d\" y=\"%.1f\">%s</text>",
                    LEFT - 8,
                    y + 4,
                    number(top * step / STEPS));
            add(
                    svg,
                    "<text text-anchor=\"middle\" x=\"%.1f\" y=\"%d\">%s</text>",
                    x,
                    HEIGHT - BOTTOM + 18,
                    number(right * step / STEPS));
        }
        add(svg, "<text text-anchor=\"end\" x=\"%d\" y=\"%d\">%s</text>", WIDTH - RIGHT, HEIGHT - 10, escaped(below));
        for (int i = 0; i < lines.size(); i++) draw(svg, i, right, top);
        return svg.append("</svg>\n").toString();
    }

    private void draw(StringBuilder svg, int i, double right, double top) {
        Line line = lines.get(i);
        int x = LEFT + i * (WIDTH - LEFT - RIGHT) / Math.max(lines.size(), (WIDTH - LEFT) / LEGEND_WIDTH);
        add(svg, "<path class=\"line line%d\" d=\"M%d 44h24\"/>", i, x);
        add(svg, "<text x=\"%d\" y=\"48\">%s</text>", x + 30, escaped(line.name()));
        String path = line.points().stream()
                .map(point -> String.format(
                        Locale.ROOT,
                        "%.1f %.1f",
                        place(point.x(), right, LEFT, WIDTH - RIGHT),
                        place(point.y(), top, HEIGHT - BOTTOM, TOP)))
                .collect(Collectors.joining("L"));
        if (!path.isEmpty()) add(svg, "<path class=\"line line%d\" d=\"M%s\"/>", i, path);
    }

    private static String style() {
        var style = new StringBuilder("<style>");
        style.append(
                ".ground{fill:#ffffff}text{font:12px sans-serif;fill:#222222}.title{font-weight:bold;font-size:14px}");
        style.append(".grid{stroke:#888888;stroke-opacity:.3}.line{fill:none;stroke-width:2}");
        for (int i = 0; i < LIGHT.size(); i++) {
            style.append(".line%d{stroke:%s;stroke-dasharray:%s}".formatted(i, LIGHT.get(i), DASHES.get(i)));
        }
        style.append("@media (prefers-color-scheme: dark){.ground{fill:#1b1f24}text{fill:#e6e6e6}");
        for (int i = 0; i < DARK.size(); i++) style.append(".line%d{stroke:%s}".formatted(i, DARK.get(i)));
        return style.append("}</style>\n").toString();
    }

    private double most(boolean ofX) {
        return lines.stream()
                .flatMap(line -> line.points().stream())
                .mapToDouble(point -> ofX ? point.x() : point.y())
                .max()
                .orElse(1);
    }

    /// The next number that five steps divide well.
    static double round(double most) {
        if (most <= 0) return 1;
        double power = Math.pow(10, Math.floor(Math.log10(most)));
        for (double step : new double[] {1, 1.5, 2, 2.5, 3, 4, 5, 7.5}) if (most <= step * power) return step * power;
        return 10 * power;
    }

    private static double place(double value, double most, int from, int to) {
        return from + value / most * (to - from);
    }

    private static String number(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%,.0f", value)
                : String.format(Locale.ROOT, "%.2f", value).replaceAll("0$", "");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }

    @FormatMethod
    private static void add(StringBuilder svg, String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
