package dev.weir.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Proves that the servers which the documents show end in order at SIGTERM: a request of which only a part is there is
/// answered whole before the process ends. Real processes and real signals.
@Timeout(60)
final class HelloEndsTest {
    private static final int TERMINATED = 143; // what the JVM makes of SIGTERM

    @ParameterizedTest
    @ValueSource(strings = {"dev.weir.examples.Hello", "dev.weir.examples.BlockingHello"})
    void aRequestThatHasBegunIsAnsweredAfterSigterm(String program) throws Exception {
        int port = freePort();
        Process process = start(program, port);
        try (var socket = connect(process, port)) {
            send(socket, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            String first = readAnswer(socket);
            send(socket, "GET / HTTP/1.1\r\n");

            signal(process);
            awaitRefusal(process, port);
            send(socket, "Host: a\r\n\r\n");

            assertThat(first).startsWith("HTTP/1.1 200").doesNotContain("Connection: close");
            String last = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(last)
                    .startsWith("HTTP/1.1 200")
                    .contains("Connection: close")
                    .contains("World");
            socket.shutdownOutput();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(TERMINATED);
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void anIdleServerEndsAtOnce() throws Exception {
        int port = freePort();
        Process process = start("dev.weir.examples.Hello", port);
        try {
            connect(process, port).close();
            signal(process);

            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(TERMINATED);
        } finally {
            process.destroyForcibly();
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static Process start(String program, int port) throws IOException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-ea",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        program,
                        Integer.toString(port)))
                .inheritIO()
                .start();
    }

    private static Socket connect(Process process, int port) throws IOException {
        while (process.isAlive()) {
            try {
                return new Socket(InetAddress.getLoopbackAddress(), port);
            } catch (IOException notYet) {
                Thread.onSpinWait();
            }
        }
        throw new IOException("the program ended with " + process.exitValue());
    }

    /// Waits until the server accepts no more, which shows that it has heard the signal.
    private static void awaitRefusal(Process process, int port) throws IOException {
        while (process.isAlive()) {
            try (var other = new Socket(InetAddress.getLoopbackAddress(), port)) {
                assertThat(other.isConnected()).isTrue();
            } catch (IOException refused) {
                return;
            }
        }
        throw new IOException("the program ended with " + process.exitValue() + " while a request was there");
    }

    private static void signal(Process process) throws IOException, InterruptedException {
        int status = new ProcessBuilder("sh", "-c", "kill -TERM " + process.pid())
                .start()
                .waitFor();
        assertThat(status).isZero();
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String readAnswer(Socket socket) throws IOException {
        var got = new StringBuilder();
        while (got.indexOf("World") < 0) {
            int one = socket.getInputStream().read();
            if (one < 0) throw new IOException("no whole answer: " + got);
            got.append((char) one);
        }
        while (socket.getInputStream().available() > 0) {
            int one = socket.getInputStream().read();
            got.append((char) one);
        }
        return got.toString();
    }
}
