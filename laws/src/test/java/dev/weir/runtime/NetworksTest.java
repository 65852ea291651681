package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.weir.http.server.Answer;
import dev.weir.http.server.HttpServer;
import dev.weir.http.server.ServerSettings;
import dev.weir.testing.Scene;
import dev.weir.testing.Sockets;
import dev.weir.time.Deadline;
import dev.weir.transport.tcp.TcpNetwork;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// Proves that a runtime is opened over the network that its settings name, whoever has brought it along.
final class NetworksTest {
    private static final WeirSettings SETTINGS =
            WeirSettings.of("networks", 64 << 20, 100).withLoops(1);

    @Test
    void tcpIsTheDefault() {
        Weir weir = Weir.open(SETTINGS);

        assertThat(weir.network()).isInstanceOf(TcpNetwork.class);
        assertThat(weir.close(Deadline.NEVER).isClean()).isTrue();
    }

    @Test
    void serverListensOnTheNetworkOfAnotherJar() throws IOException {
        Weir weir = Weir.open(SETTINGS.withNetwork("toy"));
        HttpServer server = HttpServer.open(
                weir,
                ServerSettings.at(Scene.ANY_PORT).withConnectionsMax(100),
                exchange -> exchange.answer(Answer.text(200, "toy")));

        assertThat(answer(server)).startsWith("HTTP/1.1 200 ").endsWith("toy");
        assertThat(((ToyNetwork) weir.network()).listened).hasValue(1);
        assertThat(weir.close(Deadline.NEVER).isClean()).isTrue();
    }

    @Test
    void anUnknownNetworkIsRefusedAndTheKnownOnesNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Weir.open(SETTINGS.withNetwork("uring")))
                .withMessage("no network is called 'uring'; there are [tcp, toy, twice, twice]");
    }

    @Test
    void aNetworkNameUsedTwiceIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Weir.open(SETTINGS.withNetwork("twice")))
                .withMessageContainingAll(
                        "more than one network is called 'twice'", "ToyNetwork$One", "ToyNetwork$Other");
    }

    private static String answer(HttpServer server) throws IOException {
        try (var socket = Sockets.dial(server.local())) {
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: toy\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
