package dev.weir.gateway.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.nio.charset.StandardCharsets;

/// Metrics of the process, under the standard names of Prometheus. Values that a system does not provide are
/// left out.
///
/// **Threads:** thread-safe.
/// **Waits:** for the system.
final class ProcessMetrics {
    private static final String STATUS = "/proc/self/status";
    private static final byte[] RESIDENT = "VmRSS:".getBytes(StandardCharsets.US_ASCII);
    private static final int STATUS_BYTES_MAX = 4096;
    private static final long NOT_TOLD = -1;
    private static final int KIB = 1024;

    private ProcessMetrics() {}

    static void register(MetricPage page) {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        if (system instanceof UnixOperatingSystemMXBean unix) {
            page.gauge("process_open_fds", "Open file descriptors.")
                    .count(Labels.NONE, unix::getOpenFileDescriptorCount);
            page.gauge("process_max_fds", "The most file descriptors this process may have open.")
                    .count(Labels.NONE, unix::getMaxFileDescriptorCount);
        }
        if (residentBytes() == NOT_TOLD) return;
        page.gauge("process_resident_memory_bytes", "Resident memory, including the heap.")
                .count(Labels.NONE, ProcessMetrics::residentBytes);
    }

    /// Resident memory of this process, in bytes; negative when unknown.
    static long residentBytes() {
        var status = new byte[STATUS_BYTES_MAX];
        try (InputStream file = new FileInputStream(STATUS)) {
            int length = file.readNBytes(status, 0, status.length);
            return residentBytes(status, length);
        } catch (IOException notHere) {
            return NOT_TOLD;
        }
    }

    /// Finds `VmRSS:   12345 kB`.
    static long residentBytes(byte[] status, int length) {
        for (int at = 0; at + RESIDENT.length < length; at++) {
            if (!startsAt(status, at)) continue;
            long kib = 0;
            for (int digit = at + RESIDENT.length; digit < length && status[digit] != '\n'; digit++) {
                if (status[digit] >= '0' && status[digit] <= '9') kib = kib * 10 + status[digit] - '0';
            }
            return kib * KIB;
        }
        return NOT_TOLD;
    }

    private static boolean startsAt(byte[] status, int at) {
        for (int i = 0; i < RESIDENT.length; i++) {
            if (status[at + i] != RESIDENT[i]) return false;
        }
        return true;
    }
}
