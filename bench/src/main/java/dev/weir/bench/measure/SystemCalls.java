package dev.weir.bench.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Counts system calls with strace, which slows everything down: a run apart.
final class SystemCalls {
    private static final Pattern TOTAL =
            Pattern.compile("^100\\.00\\s+\\S+\\s+(?:\\d+\\s+)?(\\d+).*total$", Pattern.MULTILINE);
    private static final long ATTACH_MILLIS = 400;
    private static final long END_SECONDS = 5;

    private SystemCalls() {}

    /// System calls for each request, or nothing when strace is not there or tells nothing.
    static OptionalDouble aRequest(Running running, Workload workload) throws IOException, InterruptedException {
        Path table = running.folder().resolve("strace.txt");
        var command = new ArrayList<>(List.of("strace", "-c", "-f", "-o", table.toString()));
        for (String pid : running.pids()) command.addAll(List.of("-p", pid));
        Process strace;
        try {
            strace = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException missing) {
            return OptionalDouble.empty();
        }
        Thread.sleep(ATTACH_MILLIS);
        Wrk.Outcome load = Wrk.run(running.port(), workload, 1);
        strace.destroy();
        if (!strace.waitFor(END_SECONDS, TimeUnit.SECONDS)) strace.destroyForcibly();
        if (!Files.exists(table) || load.requests() == 0) return OptionalDouble.empty();
        Matcher total = TOTAL.matcher(Files.readString(table, StandardCharsets.ISO_8859_1));
        return total.find()
                ? OptionalDouble.of((double) Long.parseLong(total.group(1)) / load.requests())
                : OptionalDouble.empty();
    }
}
