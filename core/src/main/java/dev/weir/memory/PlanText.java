package dev.weir.memory;

import static dev.weir.memory.block.BlockSize.NORMAL;

import dev.weir.memory.MemoryPlan.Line;
import dev.weir.memory.wait.FairBy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The text of a plan: columns of numbers that add up.
final class PlanText {
    private record Row(String part, String purpose, String terms, String bytes) {}

    private PlanText() {}

    static String of(MemoryPlan plan) {
        var rows = new ArrayList<Row>();
        for (Line line : plan.fixed()) rows.add(row("fixed", line));
        for (Line line : plan.charges()) rows.add(row("charge", line));
        rows.add(row("slabs", new Line("blocks of all sizes", plan.slabs(), plan.slabBytes())));
        rows.add(new Row("unused", "less than one slab, or beyond the most slabs", "", number(plan.unusedBytes())));
        rows.add(new Row("budget", "", "", number(plan.budgetBytes())));
        long reserveBytes = (long) plan.reserveBlocks() * NORMAL.bytes();
        return text(rows)
                + "Of the slabs, " + number(reserveBytes) + " bytes (" + number(plan.reserveBlocks()) + " of "
                + number(plan.blocksMax(NORMAL)) + " blocks) are the reserve.\n"
                + assembly(plan)
                + (plan.fairBy() == FairBy.ADDRESS
                        ? "Who waits for memory is served in turn over client addresses.\n"
                        : "")
                + (plan.debug().isOff() ? "" : "Debugging: " + plan.debug().describe() + ".\n");
    }

    private static String assembly(MemoryPlan plan) {
        if (plan.messageBytesMax() == 0) return "";
        long bytes = (long) plan.assemblyBlocks() * NORMAL.bytes();
        return "Of the slabs, " + number(bytes) + " bytes (" + number(plan.assemblyBlocks())
                + " blocks) are the assembly share, for messages of at most " + number(plan.messageBytesMax())
                + " bytes (" + number(plan.messageBlocksMax()) + " blocks) each.\n";
    }

    private static String text(List<Row> rows) {
        int purpose =
                rows.stream().mapToInt(row -> row.purpose().length()).max().orElse(0);
        int terms = rows.stream().mapToInt(row -> row.terms().length()).max().orElse(0);
        int bytes = rows.stream().mapToInt(row -> row.bytes().length()).max().orElse(0);
        var text = new StringBuilder();
        for (Row row : rows) {
            text.append(padRight(row.part(), 8)).append(padRight(row.purpose(), purpose + 2));
            text.append(padLeft(row.terms(), terms)).append(row.terms().isEmpty() ? "   " : " = ");
            text.append(padLeft(row.bytes(), bytes)).append('\n');
        }
        return text.toString();
    }

    private static Row row(String part, Line line) {
        String terms = number(line.count()) + " x " + number(line.eachBytes());
        return new Row(part, line.purpose(), terms, number(line.bytes()));
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String padRight(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    private static String padLeft(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }
}
