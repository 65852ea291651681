package dev.weir.bench.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// What processes have used, from `/proc`.
///
/// @param user CPU seconds outside the kernel
/// @param system CPU seconds in the kernel
/// @param residentBytes memory now
public record Usage(double user, double system, long residentBytes) {
    private static final double TICKS_A_SECOND = 100;
    private static final int USER = 11;
    private static final int SYSTEM = 12;
    private static final int ENDED_USER = 13;
    private static final int ENDED_SYSTEM = 14;
    private static final long KIB = 1_024;
    private static final long PAGE_BYTES = 4_096;

    /// Of a process and all that it started and that still lives.
    static Usage of(ProcessHandle root) throws IOException {
        double user = 0;
        double system = 0;
        long resident = 0;
        for (ProcessHandle process :
                Stream.concat(Stream.of(root), root.descendants()).toList()) {
            Path folder = Path.of("/proc", Long.toString(process.pid()));
            String[] fields = fields(folder);
            user += seconds(fields[USER]);
            system += seconds(fields[SYSTEM]);
            resident += resident(folder);
        }
        return new Usage(user, system, resident);
    }

    /// CPU seconds of this JVM and of all programs that it started and that have ended.
    static double ofBench() throws IOException {
        String[] fields = fields(Path.of("/proc/self"));
        return seconds(fields[USER])
                + seconds(fields[SYSTEM])
                + seconds(fields[ENDED_USER])
                + seconds(fields[ENDED_SYSTEM]);
    }

    /// CPU seconds that programs which this JVM started used, of those that have ended.
    static double ofEnded() throws IOException {
        String[] fields = fields(Path.of("/proc/self"));
        return seconds(fields[ENDED_USER]) + seconds(fields[ENDED_SYSTEM]);
    }

    /// CPU seconds of everything on this machine. What the network's interrupts take belongs to nobody and is left out.
    static double ofMachine() throws IOException {
        String[] fields =
                text(Path.of("/proc/stat")).lines().findFirst().orElseThrow().split(" +", -1);
        int stolen = 8;
        return seconds(fields[1]) + seconds(fields[2]) + seconds(fields[3]) + seconds(fields[stolen]);
    }

    /// Bytes that the kernel holds for all TCP sockets of this machine.
    public static long ofKernelSockets() throws IOException {
        return text(Path.of("/proc/net/sockstat"))
                .lines()
                .filter(line -> line.startsWith("TCP:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll(".* mem ", "")) * PAGE_BYTES)
                .sum();
    }

    Usage since(Usage before) {
        return new Usage(user - before.user, system - before.system, residentBytes);
    }

    /// CPU seconds, inside the kernel and outside.
    public double cpu() {
        return user + system;
    }

    // The name of a program may hold spaces: fields count from behind its bracket.
    private static String[] fields(Path folder) throws IOException {
        String line = text(folder.resolve("stat"));
        return line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
    }

    private static long resident(Path folder) throws IOException {
        return text(folder.resolve("status"))
                .lines()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIB)
                .sum();
    }

    private static double seconds(String ticks) {
        return Long.parseLong(ticks) / TICKS_A_SECOND;
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }
}
