package dev.weir.testing.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testing.Balanced;
import dev.weir.testing.RawAcceptor;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import dev.weir.transport.Endpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Proves what the fault proxy says as a program, what it does, and how it ends. The real one runs in a
/// process of its own.
@Balanced
final class MainTest {
    /// The program, and what it tells on the error output.
    private record Program(Process process, BufferedReader told) implements AutoCloseable {
        static Program start(String... arguments) throws IOException {
            String tests = System.getProperty("surefire.test.class.path");
            var command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-ea",
                    "-cp",
                    tests == null ? System.getProperty("java.class.path") : tests,
                    "dev.weir.testing.proxy.Main"));
            command.addAll(List.of(arguments));
            Process process = new ProcessBuilder(command).start();
            return new Program(process, process.errorReader());
        }

        int status() throws InterruptedException {
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    @Test
    void servesUntilASignalAndLeavesNothing(Scene scene) throws Exception {
        RawAcceptor target = scene.listen();
        String to = "127.0.0.1:" + target.address().port();
        try (var program = Program.start("--to", to, "--up-slice", "2", "--down-limit", "3")) {
            String ready = program.told().readLine();
            assertThat(ready).matches("ready: 127\\.0\\.0\\.1:\\d+ to " + to);
            int port = Integer.parseInt(ready.replaceAll("ready: 127\\.0\\.0\\.1:(\\d+) to .*", "$1"));

            try (RawPeer client = scene.dial(Endpoint.loopback(port));
                    RawPeer origin = target.accept()) {
                client.send("question");
                origin.expect("question");
                origin.send("answer");
                client.expect("ans");
                client.expectEnd();
                // Why: through the handle, which leaves what it tells to be read.
                program.process().toHandle().destroy();

                assertThat(program.status()).isZero();
                assertThat(program.told().readLine())
                        .isEqualTo("weir: closed, and 1 client with it; nothing is left open");
            }
        }
    }

    @Test
    void wrongArgumentsExitWithStatusTwo() throws Exception {
        try (var program = Program.start("--latency", "50")) {
            assertThat(program.status()).isEqualTo(2);
            assertThat(program.told().lines())
                    .containsExactly("weir: --latency: expected a duration such as 50ms, 2s or 1m, found '50'; "
                            + "./weir faultproxy --help lists what there is");
        }
    }

    @Test
    void aPortInUseIsNamedAndExitsWithStatusOne(Scene scene) throws Exception {
        String busy = "127.0.0.1:" + scene.listen().address().port();
        try (var program = Program.start("--to", busy, "--listen", busy)) {
            assertThat(program.status()).isEqualTo(1);
            assertThat(program.told().lines())
                    .singleElement()
                    .asString()
                    .startsWith("weir: cannot listen on " + busy + ": Address already in use");
        }
    }

    @Test
    void helpListsEveryFault() throws Exception {
        try (var program = Program.start("--help")) {
            assertThat(program.status()).isZero();
            assertThat(new String(
                            program.process().getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
                    .contains(
                            "--latency",
                            "--bandwidth",
                            "--slice",
                            "--slow-close",
                            "--reset-after",
                            "--limit",
                            "--black-hole");
        }
    }
}
