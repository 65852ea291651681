package dev.weir.bench;

import dev.weir.bench.measure.Contender.Place;
import dev.weir.bench.measure.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// How the gateway splits a budget, as its command `check` prints it on one core.
///
/// @param baseBytes fixed parts and charges, which no budget can do without
/// @param fixedBytes the fixed parts alone
/// @param slabBytes what blocks are cut from
/// @param blocks of the usual size
/// @param reserveBlocks of them, those kept for work that finishes
record BudgetPlan(long baseBytes, long fixedBytes, long slabBytes, int blocks, int reserveBlocks) {
    /// A block of the usual size.
    static final int BLOCK_BYTES = 17_408;

    private static final Pattern LINE = Pattern.compile("(?m)^(fixed|charge|slabs) .*= +([\\d,]+)$");
    private static final Pattern RESERVE = Pattern.compile("\\(([\\d,]+) of ([\\d,]+) blocks\\) are the reserve");

    /// The plan of the configuration that the bench uses.
    ///
    /// @param connections room for so many
    static BudgetPlan of(long budgetBytes, int connections) throws IOException {
        var folder = Files.createTempDirectory("weir-bench-plan");
        var config = MemoryProxies.config(new Place(1, 1, folder), budgetBytes, connections);
        var line = new ArrayList<>(List.of("taskset", "-c", "0"));
        line.addAll(Jvm.gateway(List.of(), "check", config));
        Output checked = Output.of(line);
        Files.delete(config);
        Files.delete(folder);
        if (checked.exit() != 0) {
            throw new IOException("weir check refuses the bench's configuration: " + checked.text());
        }
        return read(checked.text());
    }

    static BudgetPlan read(String said) throws IOException {
        var reserve = RESERVE.matcher(said);
        if (!reserve.find()) throw new IOException("weir check tells no reserve: " + said);
        return new BudgetPlan(
                sum(said, "fixed") + sum(said, "charge"),
                sum(said, "fixed"),
                sum(said, "slabs"),
                Math.toIntExact(number(reserve.group(2))),
                Math.toIntExact(number(reserve.group(1))));
    }

    private static long sum(String said, String part) {
        return LINE.matcher(said)
                .results()
                .filter(found -> found.group(1).equals(part))
                .mapToLong(found -> number(found.group(2)))
                .sum();
    }

    private static long number(String text) {
        return Long.parseLong(text.replace(",", ""));
    }
}
