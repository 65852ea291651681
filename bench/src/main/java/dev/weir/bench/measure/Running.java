package dev.weir.bench.measure;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A contender that runs on a core of its own.
///
/// **Owns:** the process and its folder, until [#close].
public final class Running implements AutoCloseable {
    private static final String LOG = "said.log";
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final long LOOK_MILLIS = 1;
    private static final long END_SECONDS = 5;
    private static final int LOOK_TIMEOUT_MILLIS = 2_000;
    private static final byte[] REQUEST =
            "GET / HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final String ANSWERED = "HTTP/1.1 200";

    private final Contender contender;
    private final Contender.Place place;
    private final Process process;
    private final long startNanos;

    private Running(Contender contender, Contender.Place place, Process process, long startNanos) {
        this.contender = contender;
        this.place = place;
        this.process = process;
        this.startNanos = startNanos;
    }

    /// Starts it on the server's core and waits until it answers a request.
    ///
    /// @param origin the port of what a proxy forwards to, 0 without
    /// @throws IOException when it does not start or does not answer within 20 s, with what it said
    public static Running start(Contender contender, int origin) throws IOException, InterruptedException {
        return start(contender, origin, Pins.SERVER);
    }

    /// Starts it on both cores.
    ///
    /// @throws IOException as [#start(Contender, int)]
    public static Running startOnBoth(Contender contender, int origin) throws IOException, InterruptedException {
        return start(contender, origin, Pins.BOTH);
    }

    /// Starts an origin, on the load's core.
    public static Running startOrigin(Contender contender) throws IOException, InterruptedException {
        return start(contender, 0, Pins.LOAD);
    }

    private static Running start(Contender contender, int origin, String core)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("weir-bench-" + contender.name().replaceAll("[^a-zA-Z0-9]+", "-"));
        var place = new Contender.Place(freePort(), origin, folder);
        var line = new ArrayList<>(List.of("taskset", "-c", core));
        line.addAll(contender.command().line(place));
        Path log = folder.resolve(LOG);
        long began = System.nanoTime();
        Process process = Environment.withoutCollectors(new ProcessBuilder(line))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        while (!answers(place.port())) {
            if (!process.isAlive() || System.nanoTime() - began > START_NANOS) {
                end(process);
                String said = Files.readString(log, StandardCharsets.ISO_8859_1).strip();
                delete(folder);
                throw new IOException(contender.name() + " did not start: " + said);
            }
            Thread.sleep(LOOK_MILLIS);
        }
        return new Running(contender, place, process, System.nanoTime() - began);
    }

    /// Who it is.
    public Contender contender() {
        return contender;
    }

    /// Where it serves.
    public int port() {
        return place.port();
    }

    /// Whether the process is there.
    public boolean isAlive() {
        return process.isAlive();
    }

    /// What it has printed up to now.
    public String said() throws IOException {
        return Files.readString(place.folder().resolve(LOG), StandardCharsets.UTF_8);
    }

    /// Its folder.
    public Path folder() {
        return place.folder();
    }

    /// From the start of the process to its first answer.
    public long startNanos() {
        return startNanos;
    }

    /// Its process number.
    public long pid() {
        return process.pid();
    }

    /// Its process numbers and those of all that it started.
    List<String> pids() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .map(one -> Long.toString(one.pid()))
                .toList();
    }

    /// What it has used up to now.
    public Usage usage() throws IOException {
        return Usage.of(process.toHandle());
    }

    /// Asks it to end; [#close] waits for that.
    void askToEnd() {
        process.destroy();
    }

    @Override
    public void close() throws IOException {
        end(process);
        delete(place.folder());
    }

    private static boolean answers(int port) {
        try (var socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
            socket.setSoTimeout(LOOK_TIMEOUT_MILLIS);
            socket.getOutputStream().write(REQUEST);
            byte[] start = socket.getInputStream().readNBytes(ANSWERED.length());
            return new String(start, StandardCharsets.ISO_8859_1).equals(ANSWERED);
        } catch (IOException notYet) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    private static void end(Process process) {
        var all = Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
        process.destroy();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) process.destroyForcibly();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        all.forEach(ProcessHandle::destroyForcibly);
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.toList().reversed()) Files.deleteIfExists(file);
        }
    }
}
