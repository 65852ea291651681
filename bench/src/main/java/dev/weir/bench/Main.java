package dev.weir.bench;

import dev.weir.bench.measure.Options;
import java.util.List;

/// Lists the benches, or runs the one that is named.
public final class Main {
    private static final int FAILED = 1;
    private static final int REFUSED = 2;

    private static final List<Bench> BENCHES = List.of(
            new HttpBench(),
            new GatewayBench(),
            new IdleBench(),
            new LatencyBench(),
            new GarbageBench(),
            new StartBench(),
            new MemoryBench(),
            new SoakBench(),
            new ProbeBench(),
            new UploadsBench(),
            new GuardBench());

    private Main() {}

    /// Exits with 0, or 1 when a result is not what it must be, or 2 when the command line is wrong.
    public static void main(String[] arguments) throws Exception {
        System.exit(run(List.of(arguments)));
    }

    private static int run(List<String> arguments) throws Exception {
        if (arguments.isEmpty()) {
            for (Bench bench : BENCHES) System.out.printf("  %-10s %s%n", bench.name(), bench.purpose());
            return 0;
        }
        for (Bench bench : BENCHES) {
            if (bench.name().equals(arguments.getFirst())) return run(bench, arguments.subList(1, arguments.size()));
        }
        System.err.println("weir: unknown bench: " + arguments.getFirst() + "; './weir bench' lists them");
        return REFUSED;
    }

    private static int run(Bench bench, List<String> options) throws Exception {
        try {
            return bench.run(options) ? 0 : FAILED;
        } catch (Options.UnfitOptionException unfit) {
            System.err.println("weir: bench " + bench.name() + ": " + unfit.getMessage());
            return REFUSED;
        }
    }
}
