package dev.weir.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.server.Answer;
import dev.weir.http.server.HttpServer;
import dev.weir.http.server.ServerSettings;
import dev.weir.loop.EventLoop;
import dev.weir.loop.LoopGroup;
import dev.weir.loop.Mailbox;
import dev.weir.runtime.Weir;
import dev.weir.runtime.WeirSettings;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Proves that an access log outlives whatever its target throws, and that it ends in time and without a block when
/// loops are stuck or have died. Real threads, a target of the test's own.
@Balanced
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class FailingLogTest {
    private static final int STUCK = 3;

    /// Throws as it reopens or closes.
    private static final class Throwing implements LogTarget {
        private final Exception failure;
        private final List<String> written = new CopyOnWriteArrayList<>();
        private final Semaphore reopened = new Semaphore(0);
        private final AtomicInteger closed = new AtomicInteger();

        Throwing(Exception failure) {
            this.failure = failure;
        }

        private void fail() throws IOException {
            if (failure instanceof RuntimeException unchecked) throw unchecked;
            throw (IOException) failure;
        }

        @Override
        public void write(ByteBuffer bytes) {
            var text = new byte[bytes.remaining()];
            bytes.get(text);
            written.add(new String(text, StandardCharsets.US_ASCII));
        }

        @Override
        public void reopen() throws IOException {
            reopened.release();
            fail();
        }

        @Override
        public void close() throws IOException {
            closed.incrementAndGet();
            fail();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aTargetThatThrowsInReopenOrCloseLosesNoLine(boolean isUnchecked, Scene scene) throws InterruptedException {
        Exception failure = isUnchecked ? new IllegalStateException("planted") : new IOException("planted");
        var target = new Throwing(failure);
        var stage = new LogStage(scene, target);

        stage.ask(LogStage.pipelined(1, "/before"));
        for (int i = 0; i < 2; i++) {
            stage.log().reopen();
            target.reopened.acquire();
        }
        stage.ask(LogStage.pipelined(1, "/after"));
        stage.log().close();

        assertThat(String.join("", target.written)).contains("/before", "/after");
        assertThat(stage.log().linesDropped()).isZero();
        assertThat(target.closed).hasValue(1);
    }

    @Test
    void closingWaitsForAllStuckLoopsTogether(Scene scene) throws InterruptedException {
        var target = new Throwing(new IOException("planted"));
        Weir weir = scene.closes(open(scene, STUCK + 1));
        AccessLog log = AccessLog.open(weir, target);
        var entered = new CountDownLatch(STUCK);
        var release = new CountDownLatch(1);
        for (EventLoop loop : weir.group().loops().subList(0, STUCK)) {
            loop.post(new Mailbox.Node(() -> {
                entered.countDown();
                awaitQuietly(release);
            }));
        }
        entered.await();

        long began = Clock.system().nanoTime();
        log.close(Deadline.in(Clock.system(), Duration.ofSeconds(20)));
        var took = Duration.ofNanos(Clock.system().nanoTime() - began);

        release.countDown();
        assertThat(took).isLessThan(Duration.ofSeconds(8));
        assertThat(target.closed).hasValue(1);
        assertThat(weir.close(Deadline.in(Clock.system(), Duration.ofSeconds(10)))
                        .isClean())
                .isTrue();
    }

    @Test
    void aFailingLoopHandsItsLinesToTheWriter(Scene scene) throws InterruptedException {
        var target = new Throwing(new IOException("planted"));
        Weir weir = open(scene, 1);
        AccessLog log = AccessLog.open(weir, target);
        var answer = Answer.text(200, "ok");
        var settings = ServerSettings.at(Scene.ANY_PORT).withConnectionsMax(10);
        HttpServer server = HttpServer.open(weir, settings, exchange -> exchange.answer(answer), log);
        try (var peer = scene.dial(server.local())) {
            peer.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            peer.readUntil("ok");
        }
        EventLoop loop = weir.group().loops().getFirst();
        loop.post(new Mailbox.Node(() -> {
            throw new OutOfMemoryError("planted");
        }));
        // Why: who comes before its end is still served by it.
        while (loop.post(new Mailbox.Node(() -> {}))) Thread.onSpinWait();
        log.close();
        log.close();

        var report = weir.close(Deadline.in(Clock.system(), Duration.ofSeconds(10)));
        assertThat(report.survivors()).isEmpty();
        assertThat(report.failures()).hasSize(1);
        assertThat(String.join("", target.written)).contains("\"status\":200");
        assertThat(log.linesDropped()).isZero();
    }

    private static Weir open(Scene scene, int loops) {
        var settings = WeirSettings.of("log", 8 << 20, 100).withLoops(loops);
        return Weir.open(settings, LoopGroup.Drive.THREADS, Clock.system(), scene.ledger(), scene.tcp());
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
