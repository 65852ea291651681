package dev.weir.gateway.config;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/// The default budget: a quarter of the memory beside the heap, at most 256 MiB.
///
/// **Threads:** immutable.
/// **Waits:** never waits.
public final class MemoryDefault {
    /// The default is never more than this.
    public static final long BYTES_LIMIT = 256L << 20;

    private MemoryDefault() {}

    /// min(256 MiB, (machine - heap) / 4), and never below 0.
    ///
    /// @param machineBytes memory of the container, or of the machine where there is none
    /// @param heapBytesMax the largest heap this program may have
    /// @return bytes, 0 when the heap may take everything
    public static long of(long machineBytes, long heapBytesMax) {
        return Math.clamp((machineBytes - heapBytesMax) / 4, 0L, BYTES_LIMIT);
    }

    /// The same for this program on this machine.
    public static long here() {
        return of(machineBytes(), Runtime.getRuntime().maxMemory());
    }

    /// Bytes of memory that this program may use in total: the limit of its container (control groups of
    /// either version, as the JVM reads them) or the machine's memory.
    public static long machineBytes() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    }
}
