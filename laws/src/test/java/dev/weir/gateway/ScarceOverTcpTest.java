package dev.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.memory.BufferPool;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.Urgency;
import dev.weir.testing.Balanced;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Proves over real sockets, with threads and the machine's clock, that the whole gateway makes progress with
/// next to no memory.
@Balanced
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ScarceOverTcpTest {
    private static final String TEXT = "0123456789".repeat(3_000);

    private static List<Future<String>> ask(ExecutorService clients, ScarceStage stage, int count, String text) {
        var asked = new ArrayList<Future<String>>();
        for (int i = 0; i < count; i++) {
            String body = i + "-" + text;
            Callable<String> one = () -> stage.asks(body);
            asked.add(clients.submit(one));
        }
        return asked;
    }

    private static void requireAnswered(List<Future<String>> asked, String text) throws Exception {
        for (int i = 0; i < asked.size(); i++) {
            String got = asked.get(i).get();
            assertThat(got.equals(i + "-" + text))
                    .as("client %d got its own body back, not %s", i, got.substring(0, Math.min(12, got.length())))
                    .isTrue();
        }
    }

    @Test
    @DisplayName("H-01 over real sockets: one block above the reserve, 500 connections, pages polled: all finish")
    void fiveHundredConnectionsFinishWithOneBlockAboveTheReserve(Scene scene) throws Exception {
        var stage = new ScarceStage(scene, 1, 500);
        stage.open();
        int pages = 0;
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var asked = ask(clients, stage, 500, TEXT);
            while (!asked.stream().allMatch(Future::isDone)) {
                assertThat(stage.page("/memory")).startsWith("HTTP/1.1 200").contains("\"reserveBytes\"");
                pages++;
            }
            requireAnswered(asked, TEXT);
        }
        assertThat(pages).isPositive();
        assertThat(stage.starved()).isZero();
        ScarceStage.until(() -> stage.pool().buffersLive() == 0);
    }

    @Test
    @DisplayName("H-02 over real sockets: one connection, and a budget full of requests that wait for it: all answered")
    void answersGetMemoryWhenRequestsHaveTakenAll(Scene scene) throws Exception {
        var stage = new ScarceStage(scene, 2, 1);
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var asked = ask(clients, stage, 16, TEXT);
            ScarceStage.until(() -> stage.usage().waiters().intake() > 0);
            stage.open();
            requireAnswered(asked, TEXT);
        }
        assertThat(stage.starved()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    @DisplayName("H-06 over real sockets: the block one loop gives back serves who waits on the other")
    void aBlockOfOneLoopServesTheOther(int holder, Scene scene) throws Exception {
        var stage = new ScarceStage(scene, 1, 1);
        var both = List.of(stage.client(), stage.client());
        ScarceStage.until(() -> stage.live().equals(List.of(1, 1)));
        RawPeer holding = both.get(holder);
        RawPeer waiting = both.get(1 - holder);
        RawPeer first = stage.client();
        first.send(ScarceStage.post("first"));
        ScarceStage.until(() -> stage.live().stream().mapToInt(one -> one).sum() == 4
                && stage.pool().buffersLive() == 0);
        // Why: its head waits in its block for the only connection to the origin.
        holding.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        ScarceStage.until(() -> stage.pool().buffersLive() > 0);
        waiting.send(ScarceStage.post("waiting"));
        ScarceStage.until(() -> stage.usage().waiters().intake() > 0);

        stage.open();
        assertThat(holding.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 200");
        assertThat(waiting.readUntil("waiting")).startsWith("HTTP/1.1 200");
        assertThat(stage.starved()).isZero();
    }

    @Test
    @DisplayName("H-13 over real sockets: the pages tell who waits while nobody has memory, and he is served")
    void memoryPageShowsWaitersWhileThereIsNoMemory(Scene scene) throws Exception {
        var stage = new ScarceStage(scene, 1, 10);
        stage.open();
        var hoard = new ArrayList<Buffer>();
        for (Buffer one = take(stage.pool()); one != null; one = take(stage.pool())) hoard.add(one);
        RawPeer client = stage.client();
        client.send(ScarceStage.post("token"));
        ScarceStage.until(() -> stage.usage().waiters().intake() > 0);

        assertThat(stage.page("/livez")).startsWith("HTTP/1.1 200");
        assertThat(stage.page("/memory")).startsWith("HTTP/1.1 200").containsPattern("\"intake\": ?1\\b");
        assertThat(stage.page("/")).startsWith("HTTP/1.1 200");
        assertThat(stage.page("/metrics")).startsWith("HTTP/1.1 200");
        hoard.forEach(Buffer::release);
        assertThat(client.readUntil("token")).startsWith("HTTP/1.1 200");
    }

    private static @Nullable Buffer take(BufferPool pool) {
        return pool.tryAcquire(BlockSize.NORMAL, Urgency.DRAIN, BufferPool.NO_LOOP, "test");
    }
}
