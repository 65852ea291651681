package dev.weir.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/// Where threads of ours allocate, as the JVM's flight recorder has it. It sees every allocation when the JVM was
/// started with `-XX:-UseTLAB`, as `./weir bench garbage --profile` does.
///
/// **Owns:** a recording, until [#close].
final class AllocationSites implements AutoCloseable {
    private static final String ALLOCATED = "jdk.ObjectAllocationOutsideTLAB";
    private static final int FRAMES_MAX = 9;
    private static final int SITES_MAX = 12;

    private final Recording recording = new Recording();

    private AllocationSites() {}

    /// Begins to record.
    static AllocationSites start() {
        var sites = new AllocationSites();
        sites.recording.enable(ALLOCATED).withStackTrace();
        sites.recording.start();
        return sites;
    }

    /// Stops and says which sites allocated most.
    ///
    /// @param file where the recording is kept meanwhile
    String describe(Path file) throws IOException {
        recording.stop();
        recording.dump(file);
        Map<String, Long> bytes = new LinkedHashMap<>();
        for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
            if (isOurs(event)) bytes.merge(site(event), event.getLong("allocationSize"), Long::sum);
        }
        return bytes.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(SITES_MAX)
                .map(entry -> "%,14d bytes  %s".formatted(entry.getValue(), entry.getKey()))
                .collect(Collectors.joining("\n"));
    }

    private static boolean isOurs(RecordedEvent event) {
        var thread = event.getThread();
        return event.getEventType().getName().equals(ALLOCATED)
                && thread != null
                && new Counters.Row(String.valueOf(thread.getJavaName()), 0).isOurs();
    }

    private static String site(RecordedEvent event) {
        var stack = event.getStackTrace();
        String what = event.getThread().getJavaName() + ": "
                + event.getClass("objectClass").getName();
        if (stack == null) return what;
        return what
                + stack.getFrames().stream()
                        .limit(FRAMES_MAX)
                        .map(frame -> "\n                    at "
                                + frame.getMethod().getType().getName() + "."
                                + frame.getMethod().getName() + ":" + frame.getLineNumber())
                        .collect(Collectors.joining());
    }

    @Override
    public void close() {
        recording.close();
    }
}
