package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.http.blocking.BlockingHandlers;
import dev.weir.http.server.HttpServer;
import dev.weir.http.server.ServerSettings;
import dev.weir.loop.CloseReport;
import dev.weir.loop.EventLoop;
import dev.weir.loop.Mailbox;
import dev.weir.testing.Balanced;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import dev.weir.testing.Shape;
import dev.weir.testing.Sockets;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import dev.weir.transport.Endpoint;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Proves that nobody is left waiting when a loop of a runtime cannot go on: clients of that loop and of all others
/// hear
/// of the end at once, the door is shut, and the report says why. Real sockets, loops on threads of their own.
@Balanced
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class DyingLoopTest {
    private static final int LOOPS = 3;
    private static final int CLIENTS = 9;
    private static final Duration AT_ONCE = Duration.ofSeconds(3);
    private static final ServerSettings SETTINGS =
            ServerSettings.at(Scene.ANY_PORT).withName("dying").withConnectionsMax(100);

    private final Semaphore inFlight = new Semaphore(0);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2}) // Why: the door is on the first.
    void clientsOfEveryLoopHearOfTheEnd(int dies, Scene scene) throws InterruptedException {
        Weir weir = scene.weir(Shape.SMALL.withLoops(LOOPS));
        HttpServer server = HttpServer.open(weir, SETTINGS, _ -> inFlight.release());
        List<RawPeer> clients = clients(scene, server.local());

        EventLoop dying = weir.group().loops().get(dies);
        kill(dying);

        for (RawPeer client : clients) assertThat(client.readToEnd().bytes()).isZero();
        CloseReport report = weir.awaitClosed();
        assertThat(report.survivors()).isEmpty();
        assertThat(report.failures()).singleElement().asString().contains(dying.name(), "planted");
        assertThat(report.took()).isLessThan(AT_ONCE);
        // Why: those of the loop that died are reset before anything is asked.
        assertThat(report.cut()).hasSize(CLIENTS * (LOOPS - 1) / LOOPS).allMatch(line -> line.contains("GET /wait"));
        assertNobodyListens(server.local());
    }

    @Test
    void handlersThatBlockAreInterrupted(Scene scene) throws InterruptedException {
        Weir weir = scene.weir(Shape.SMALL.withLoops(LOOPS).withCharge(BlockingHandlers.charge(CLIENTS)));
        var interrupted = new Semaphore(0);
        HttpServer server = HttpServer.open(
                weir,
                SETTINGS,
                BlockingHandlers.of(
                        weir,
                        (_, _) -> {
                            inFlight.release();
                            try {
                                boolean never = weir.group().parking().awaitUntil(() -> false, Deadline.NEVER);
                                assert !never : "nothing ends it but an interrupt";
                            } catch (InterruptedException closing) {
                                interrupted.release();
                                throw closing;
                            }
                        },
                        CLIENTS));
        List<RawPeer> clients = clients(scene, server.local());

        kill(weir.group().loops().get(1));

        for (RawPeer client : clients) assertThat(client.readToEnd().bytes()).isZero();
        CloseReport report = weir.awaitClosed();
        assertThat(report.survivors()).isEmpty();
        assertThat(report.failures()).hasSize(1);
        assertThat(interrupted.availablePermits()).isEqualTo(CLIENTS);
    }

    @Test
    void loopsThatFailTogetherDoNotWaitForEachOther(Scene scene) throws InterruptedException {
        Weir weir = scene.weir(Shape.SMALL.withLoops(LOOPS));
        HttpServer server = HttpServer.open(weir, SETTINGS, _ -> inFlight.release());
        List<RawPeer> clients = clients(scene, server.local());

        for (EventLoop loop : weir.group().loops()) kill(loop);

        for (RawPeer client : clients) assertThat(client.readToEnd().bytes()).isZero();
        CloseReport report = weir.awaitClosed();
        assertThat(report.survivors()).isEmpty();
        assertThat(report.failures()).isNotEmpty().allMatch(why -> why.contains("planted"));
        assertThat(report.took()).isLessThan(AT_ONCE);
        assertNobodyListens(server.local());
    }

    /// Whoever is notified instead of the runtime, and does nothing: what lives on the loop ends with it all
    /// the same.
    @Test
    void acceptorAndConnectionsEndWithTheirLoop(Scene scene) throws InterruptedException {
        Weir weir = scene.weir(Shape.SMALL.withLoops(LOOPS));
        HttpServer server = HttpServer.open(weir, SETTINGS, _ -> inFlight.release());
        List<RawPeer> clients = clients(scene, server.local());
        weir.group().onLoopFailure((_, _) -> {});
        EventLoop dying = weir.group().loops().getFirst();

        kill(dying);
        while (dying.post(new Mailbox.Node(() -> {}))) Thread.onSpinWait();
        CloseReport report = weir.close(Deadline.in(Clock.system(), AT_ONCE));

        assertThat(report.survivors()).isEmpty();
        assertThat(report.failures()).hasSize(1);
        assertThat(report.took()).isLessThan(AT_ONCE);
        for (RawPeer client : clients) assertThat(client.readToEnd().bytes()).isZero();
        assertNobodyListens(server.local());
    }

    private static void kill(EventLoop loop) {
        loop.post(new Mailbox.Node(() -> {
            throw new OutOfMemoryError("planted");
        }));
    }

    /// Clients whose requests are being handled, as many on each loop.
    private List<RawPeer> clients(Scene scene, Endpoint address) throws InterruptedException {
        var clients = new ArrayList<RawPeer>();
        for (int i = 0; i < CLIENTS; i++) {
            RawPeer client = scene.dial(address);
            client.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
            clients.add(client);
            // Why: one after the other, so that each finds the loops as full as the one before left them.
            inFlight.acquire();
        }
        return clients;
    }

    private static void assertNobodyListens(Endpoint address) {
        assertThatThrownBy(() -> Sockets.dial(address).close()).isInstanceOf(IOException.class);
    }
}
