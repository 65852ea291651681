package dev.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Proves what the program says, when it ends, and with which status. Each test starts the real one in a
/// process of its own and speaks to it over sockets and signals.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ProgramTest {
    private static final String BALANCE =
            "weir: balance: sockets 0, buffers 0, timers 0, threads 0, connections 0, leases 0, exchanges 0";

    @TempDir
    Path folder;

    @Test
    void printsReadyAndEndsWithAZeroBalance() {
        try (var program = Program.run(folder, config("100ms", "5s", 1, "off"))) {
            assertThat(program.awaitLine("ready: "))
                    .matches("ready: 127\\.0\\.0\\.1:\\d+, 127\\.0\\.0\\.1:\\d+, admin 127\\.0\\.0\\.1:\\d+");
            assertThat(get(program.port(2), "/livez")).startsWith("HTTP/1.1 200");
            assertThat(get(program.port(2), "/readyz")).startsWith("HTTP/1.1 200");
            program.signal("TERM");

            assertThat(program.status()).isZero();
            assertThat(program.told()).hasSize(5);
            assertThat(program.told().get(1)).startsWith("weir: stopping: SIGTERM");
            assertThat(program.told().subList(2, 4)).containsExactly("weir: cut: nobody", BALANCE);
            assertThat(program.told().get(4)).startsWith("weir: closed in ");
            assertThat(program.printed()).isEmpty();
        }
    }

    @Test
    void duringGraceReadinessFailsAndConnectionsAreAccepted() throws IOException {
        try (var program = Program.run(folder, config("50s", "5s", 1, "off"))) {
            program.awaitLine("ready: ");
            program.signal("TERM");
            program.awaitLine("weir: stopping: ");

            assertThat(answerSoon(program.port(2), "/readyz", "HTTP/1.1 503")).isTrue();
            assertThat(get(program.port(2), "/livez")).startsWith("HTTP/1.1 200");
            assertThat(get(program.port(0), "/")).startsWith("HTTP/1.1 503");
            program.signal("TERM");
            assertThat(program.status()).isEqualTo(1);
        }
    }

    @Test
    void clientsLeftAfterTheDrainAreCutAndNamed() throws IOException {
        try (var origin = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                var program = Program.run(folder, config("10ms", "300ms", origin.getLocalPort(), "off"))) {
            program.awaitLine("ready: ");
            try (var client = new Socket(InetAddress.getLoopbackAddress(), program.port(1));
                    var accepted = origin.accept()) {
                program.signal("TERM");

                assertThat(program.status()).isZero();
                assertThat(program.told())
                        .contains("weir: cut: 1 connection: 127.0.0.1:" + client.getLocalPort(), BALANCE);
                assertThat(accepted.isConnected()).isTrue();
            }
        }
    }

    @Test
    @DisplayName("H-23 a second signal ends at once what a stop in order still waits for")
    void aSecondSignalAbortsAtOnceWithStatusOne() throws IOException {
        try (var origin = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                var program = Program.run(folder, config("10ms", "50s", origin.getLocalPort(), "off"))) {
            program.awaitLine("ready: ");
            try (var client = new Socket(InetAddress.getLoopbackAddress(), program.port(1));
                    var accepted = origin.accept()) {
                program.signal("TERM");
                program.awaitLine("weir: stopping: ");
                program.signal("TERM");

                assertThat(program.status()).isEqualTo(1);
                assertThat(program.told())
                        .contains("weir: cut: 1 connection: 127.0.0.1:" + client.getLocalPort(), BALANCE);
                assertThat(accepted.isConnected()).isTrue();
            }
        }
    }

    @Test
    void aLogThatNobodyReadsDoesNotHoldTheStopBeyondTheDrain() throws IOException {
        try (var origin = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                var program = Program.runUnread(folder, config("10ms", "300ms", origin.getLocalPort(), "stdout"))) {
            program.awaitLine("ready: ");
            // Why: a pipe of Linux takes 64 KiB, and these lines are more.
            String path = "/" + "long".repeat(100);
            for (int i = 0; i < 200; i++) assertThat(get(program.port(0), path)).startsWith("HTTP/1.1 503");
            try (var client = new Socket(InetAddress.getLoopbackAddress(), program.port(1));
                    var accepted = origin.accept()) {
                program.signal("TERM");

                assertThat(program.status()).isZero();
                assertThat(accepted.isConnected() && client.isConnected()).isTrue();
            }
            assertThat(program.told())
                    .contains(BALANCE)
                    .anyMatch(line -> line.matches("weir: access log: [1-9][0-9]* lines could not be written"));
            String closed = program.told().getLast();
            assertThat(Double.parseDouble(closed.replaceAll("weir: closed in ([0-9.]+) s", "$1")))
                    .isLessThan(3);
        }
    }

    @Test
    void aPortInUseIsNamedAndExitsWithStatusOne() throws IOException {
        try (var busy = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + busy.getLocalPort();
            String listener = config("1s", "1s", 1, "off").replaceFirst("bind: 127.0.0.1:0", "bind: " + address);
            String admin = config("1s", "1s", 1, "off").replace("admin: 127.0.0.1:0", "admin: " + address);

            try (var program = Program.run(folder, listener)) {
                assertThat(program.status()).isEqualTo(1);
                assertThat(program.told())
                        .singleElement()
                        .asString()
                        .startsWith("weir: listener " + address + " cannot listen: Address already in use; ");
            }
            try (var program = Program.run(folder, admin)) {
                assertThat(program.status()).isEqualTo(1);
                assertThat(program.told())
                        .singleElement()
                        .asString()
                        .startsWith("weir: admin " + address + " cannot listen: Address already in use; ");
            }
        }
    }

    @Test
    void aWrongCommandLineOrFileExitsWithStatusTwo() {
        List<Program> programs = List.of(
                Program.run(folder, "listeners: 3\n"),
                Program.run(folder, config("1s", "1s", 1, "off").replace("memory: 32MiB", "memory: 1MiB")),
                Program.start(folder, "run", folder.resolve("missing.yaml").toString()),
                Program.start(folder, "run"),
                Program.start(folder, "demo", "--listen", "nonsense"),
                Program.start(folder, "fly"));

        for (Program program : programs) {
            try (program) {
                assertThat(program.status())
                        .as(() -> String.valueOf(program.told()))
                        .isEqualTo(2);
                assertThat(program.told()).isNotEmpty().noneMatch(line -> line.startsWith("\tat "));
            }
        }
    }

    @Test
    void aHeapThatCannotHoldTheLimitsIsRefusedByCheckAndRun() throws IOException {
        String many = config("1s", "1s", 1, "off").replace("memory: 32MiB", "memory: 512MiB");
        Path file = Files.writeString(
                folder.resolve("many.yaml"), many.replaceAll("connections: [0-9]+", "connections: 20000"));

        for (String command : List.of("check", "run")) {
            try (var program = Program.start(folder, command, file.toString())) {
                assertThat(program.status()).as(command).isEqualTo(2);
                assertThat(program.told())
                        .as(command)
                        .anyMatch(
                                line -> line.contains("MiB of heap") && line.contains("the JVM has 64: give it more"));
            }
        }
    }

    @Test
    void aLoopWithoutMemoryExitsWithStatusThreeAndALastLine() {
        String config = config("1s", "1s", 1, "off");
        try (var program = Program.startMain(folder, FailingProgram.class.getName(), config, "heap")) {
            assertThat(program.status()).isEqualTo(3);
            assertThat(program.told())
                    .last()
                    .asString()
                    .matches("weir: loop weir-\\d+ cannot go on: java.lang.OutOfMemoryError: .*; the process ends");
        }
    }

    @Test
    void clientsInFlightAreClosedAtOnceWhenALoopHasNoMemory() throws IOException {
        try (var origin = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                var program = Program.startMain(
                        folder,
                        FailingProgram.class.getName(),
                        config("1s", "1s", origin.getLocalPort(), "off").replace("127.0.0.1:1]", origin(origin)),
                        "heap-at-hup")) {
            program.awaitLine("ready: ");
            var ends = new ArrayList<Socket>();
            for (int i = 0; i < 8; i++) {
                ends.add(new Socket(InetAddress.getLoopbackAddress(), program.port(i % 2)));
                ends.getLast().getOutputStream().write(bytes("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
                ends.add(origin.accept());
                assertThat(ends.getLast().getInputStream().read()).isEqualTo('G');
            }
            program.signal("HUP");

            for (Socket one : ends) assertThat(isAtItsEnd(one)).isTrue();
            assertThat(program.status()).isEqualTo(3);
            assertThat(program.told())
                    .noneMatch(line -> line.contains("thrown from the UncaughtExceptionHandler"))
                    .last()
                    .asString()
                    .contains("cannot go on: java.lang.OutOfMemoryError");
        }
    }

    private static String origin(ServerSocket socket) {
        return "127.0.0.1:" + socket.getLocalPort() + "]";
    }

    /// Whether nothing more comes, in order or with a reset; the socket waits 10 s at most.
    private static boolean isAtItsEnd(Socket one) throws IOException {
        one.setSoTimeout(10_000);
        try (one) {
            int got = one.getInputStream().read();
            while (got >= 0) got = one.getInputStream().read();
            return true;
        } catch (SocketTimeoutException hangs) {
            return false;
        } catch (SocketException reset) {
            return true;
        }
    }

    @Test
    void aLogThatThrowsPreventsNoAnswerAndNoClose() throws IOException {
        Path logging = Files.writeString(
                folder.resolve("logging.properties"), "handlers=" + BrokenLogHandler.class.getName() + "\n");
        var options = List.of("-Djava.util.logging.config.file=" + logging);
        Path file = Files.writeString(folder.resolve("full.yaml"), config("10ms", "1s", 1, "/dev/full"));
        List<Program> programs = List.of(
                // Why: the first logs on the thread of its access log, whose disk is full, the other on its loops.
                Program.startMain(folder, options, "dev.weir.gateway.Main", "run", file.toString()),
                Program.startMain(
                        folder, options, FailingProgram.class.getName(), config("10ms", "1s", 1, "off"), "tasks"));
        for (Program program : programs) {
            try (program) {
                program.awaitLine("ready: ");
                assertThat(get(program.port(0), "/")).startsWith("HTTP/1.1 503");
                // Why: it may have been said before the program was ready.
                if (!program.told().contains("the log is broken")) program.awaitLine("the log is broken");
                for (int i = 0; i < 10; i++) {
                    assertThat(get(program.port(0), "/")).startsWith("HTTP/1.1 503");
                    assertThat(get(program.port(2), "/livez")).startsWith("HTTP/1.1 200");
                }
                program.signal("TERM");

                assertThat(program.status()).isZero();
            }
        }
    }

    @Test
    void aStuckShutdownExitsWithStatusFour() {
        String config = config("1s", "1s", 1, "off");
        try (var program = Program.startMain(folder, FailingProgram.class.getName(), config, "stuck")) {
            program.awaitLine("ready: ");
            program.signal("TERM");

            assertThat(program.status()).isEqualTo(4);
            assertThat(program.told())
                    .last()
                    .isEqualTo("weir: stopping made no progress and is given up; the process ends");
        }
    }

    @Test
    void aHangUpReopensTheAccessLog() throws IOException {
        Path log = folder.resolve("access.log");
        Path rotated = folder.resolve("access.log.1");
        try (var program = Program.run(folder, config("10ms", "5s", 1, log.toString()))) {
            program.awaitLine("ready: ");
            assertThat(get(program.port(0), "/before")).startsWith("HTTP/1.1 503");
            Files.move(log, rotated);
            program.signal("HUP");
            assertThat(soon(() -> Files.exists(log))).isTrue();
            assertThat(get(program.port(0), "/after")).startsWith("HTTP/1.1 503");
            program.signal("INT");

            assertThat(program.status()).isZero();
            assertThat(Files.readString(log)).contains("/after");
            assertThat(Files.readString(rotated) + Files.readString(log)).containsOnlyOnce("/before");
        }
    }

    @Test
    void theDemoAnswersFromBothOriginsAndEndsInOrder() {
        try (var program = Program.start(folder, "demo", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0")) {
            program.awaitLine("ready: ");
            assertThat(program.printed())
                    .contains("curl http://127.0.0.1:" + program.port(0) + "/")
                    .contains("curl http://127.0.0.1:" + program.port(1) + "/memory");
            List<String> answers = IntStream.range(0, 2)
                    .mapToObj(_ -> get(program.port(0), "/"))
                    .toList();
            assertThat(answers)
                    .anyMatch(answer -> answer.contains("Origin one answers."))
                    .anyMatch(answer -> answer.contains("Origin two answers."));
            assertThat(get(program.port(1), "/")).startsWith("HTTP/1.1 200");
            program.signal("INT");

            assertThat(program.status()).isZero();
            assertThat(program.told()).contains("weir: cut: nobody", BALANCE);
        }
    }

    private static String config(String grace, String drain, int origin, String log) {
        return """
                memory: 32MiB
                admin: 127.0.0.1:0
                access-log: %s
                stop: { grace: %s, drain: %s }
                listeners:
                  - bind: 127.0.0.1:0
                    protocol: http
                    limits: { connections: 100 }
                    routes: [ { upstream: dead } ]
                  - { bind: 127.0.0.1:0, protocol: tcp, upstream: db, limits: { connections: 100 } }
                upstreams:
                  dead: { origins: [127.0.0.1:1], when-all-down: fail }
                  db: { origins: [127.0.0.1:%d] }
                """.formatted(log, grace, drain, origin);
    }

    private static String get(int port, String path) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            String request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(bytes(request));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static boolean answerSoon(int port, String path, String beginning) {
        return soon(() -> get(port, path).startsWith(beginning));
    }

    /// Why: what another process does can only be looked for.
    private static boolean soon(java.util.function.BooleanSupplier seen) {
        for (int look = 0; look < 500; look++) {
            if (seen.getAsBoolean()) return true;
            LockSupport.parkNanos(20_000_000L);
        }
        return false;
    }
}
