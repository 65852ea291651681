package dev.weir.bench.measure;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Runs wrk, one thread of it, on the load's core.
public final class Wrk {
    private static final Pattern TOTAL = Pattern.compile("(\\d+) requests in ([\\d.]+)(s|m)");
    private static final Pattern REFUSED = Pattern.compile("Non-2xx or 3xx responses: (\\d+)");
    private static final Pattern BROKEN =
            Pattern.compile("Socket errors: connect (\\d+), read (\\d+), write (\\d+), timeout (\\d+)");
    private static final double MINUTE = 60;

    private Wrk() {}

    /// What wrk printed.
    ///
    /// @param requests answered
    /// @param seconds it took
    /// @param errors answers that were refusals, and connections that broke or timed out
    /// @param half latency of the median, microseconds, 0 when wrk could not tell
    /// @param most latency of the 99th percentile, microseconds, 0 when wrk could not tell
    public record Outcome(long requests, double seconds, long errors, double half, double most) {}

    /// Loads a server for a while.
    public static Outcome run(int port, Workload workload, int seconds) throws IOException {
        var command = new ArrayList<>(List.of("taskset", "-c", Pins.LOAD, "wrk", "-t1", "--latency"));
        command.add("-c" + workload.connections());
        command.add("-d" + seconds + "s");
        if (workload.script() != null) {
            command.addAll(List.of("-s", workload.script().toString()));
        }
        command.add("http://127.0.0.1:" + port + workload.path());
        return read(Output.of(command).text());
    }

    /// Reads what wrk prints.
    static Outcome read(String said) throws IOException {
        Matcher total = TOTAL.matcher(said);
        if (!total.find()) throw new IOException("wrk said: " + said);
        double seconds = Double.parseDouble(total.group(2)) * ("m".equals(total.group(3)) ? MINUTE : 1);
        return new Outcome(
                Long.parseLong(total.group(1)),
                seconds,
                sum(REFUSED.matcher(said)) + sum(BROKEN.matcher(said)),
                latency(said, "50%"),
                latency(said, "99%"));
    }

    private static long sum(Matcher found) {
        long sum = 0;
        if (found.find()) for (int i = 1; i <= found.groupCount(); i++) sum += Long.parseLong(found.group(i));
        return sum;
    }

    private static double latency(String said, String share) {
        Matcher found = Pattern.compile(" " + share + " +([\\d.]+)(us|ms|s)").matcher(said);
        if (!found.find()) return 0;
        double value = Double.parseDouble(found.group(1));
        return switch (found.group(2)) {
            case "us" -> value;
            case "ms" -> value * 1e3;
            default -> value * 1e6;
        };
    }
}
