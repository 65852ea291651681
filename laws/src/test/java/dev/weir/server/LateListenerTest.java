package dev.weir.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.connection.Conversation;
import dev.weir.loop.LoopGroup;
import dev.weir.memory.BufferPool;
import dev.weir.memory.MemoryBudget;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.Urgency;
import dev.weir.runtime.Weir;
import dev.weir.runtime.WeirSettings;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import dev.weir.transport.TransportException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Proves that a listener can come later although the plan gave all the rest to slabs: slabs retire for it when
/// they are empty, and serve again when it is closed. Over real sockets.
@Balanced
@Timeout(60)
final class LateListenerTest {
    private static final int PLANNED = 20;
    private static final int LATE = 1_000;
    private static final long LATE_BYTES = LATE * WeirSettings.CONNECTION_BYTES;

    private static Weir open(Scene scene) {
        var settings = WeirSettings.of("late", 4 << 20, PLANNED).withLoops(1);
        return scene.closes(Weir.open(settings, LoopGroup.Drive.THREADS, Clock.system(), scene.ledger(), scene.tcp()));
    }

    private static Conversation silent(Connection connection) {
        return new Conversation() {
            @Override
            public void readable() {
                if (connection.discardInput() < 0) connection.close(CloseReason.PEER_LEFT);
            }

            @Override
            public void timedOut() {}
        };
    }

    private static Listening listen(Weir weir, int connectionsMax) {
        return Listening.open(
                weir, ListeningSettings.of("silent", Scene.ANY_PORT, connectionsMax), LateListenerTest::silent);
    }

    private static void close(Weir weir, Listening listening) {
        assertThat(listening
                        .close(Deadline.in(weir.group().clock(), Duration.ofSeconds(10)))
                        .isClean())
                .isTrue();
    }

    private static List<Buffer> takeAll(MemoryBudget budget) {
        var all = new ArrayList<Buffer>();
        while (true) {
            Buffer one = budget.pool().tryAcquire(BlockSize.NORMAL, Urgency.DRAIN, BufferPool.NO_LOOP, "test");
            if (one == null) return all;
            all.add(one);
        }
    }

    @Test
    void aLaterListenerGetsMemoryOfEmptySlabsAndReturnsIt(Scene scene) {
        Weir weir = open(scene);
        MemoryBudget budget = weir.group().budget();
        Listening planned = listen(weir, PLANNED);
        int blocks = budget.plan().blocksMax(BlockSize.NORMAL);
        for (int i = 0; i < 10; i++) {
            takeAll(budget).forEach(Buffer::release);
            Listening late = listen(weir, LATE);

            assertThat(budget.excess()).isNull();
            assertThat(budget.usage().slabsBytes())
                    .isLessThan(budget.plan().slabsBytes())
                    .isEqualTo((long) budget.slabsMax() * budget.plan().slabBytes());
            close(weir, late);
            assertThat(budget.slabsMax()).isEqualTo(budget.plan().slabs());
            List<Buffer> all = takeAll(budget);
            assertThat(all).hasSize(blocks);
            all.forEach(Buffer::release);
        }
        close(weir, planned);
        assertThat(budget.reservedBytes()).isZero();
    }

    @Test
    void aLaterListenerWaitsUntilSlabsAreEmpty(Scene scene) throws Exception {
        Weir weir = open(scene);
        MemoryBudget budget = weir.group().budget();
        List<Buffer> held = takeAll(budget);
        var opening = CompletableFuture.supplyAsync(() -> listen(weir, LATE));
        weir.group()
                .awaitPolling(
                        () -> budget.slabsMax() < budget.plan().slabs(),
                        Deadline.in(weir.group().clock(), Duration.ofSeconds(10)));
        assertThat(budget.excess()).isNull();

        held.forEach(Buffer::release);

        Listening late = opening.get(10, TimeUnit.SECONDS);
        assertThat(budget.excess()).isNull();
        close(weir, late);
    }

    @Test
    void aLaterListenerIsRefusedWithTheNumbersWhileSlabsStayInUse(Scene scene) {
        Weir weir = open(scene);
        MemoryBudget budget = weir.group().budget();
        List<Buffer> held = takeAll(budget);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> listen(weir, LATE))
                .withMessageContaining("server silent is to have 1000 connections")
                .withMessageContaining("of the slabs ")
                .withMessageContaining("did not become empty in time");

        assertThat(budget.slabsMax()).isEqualTo(budget.plan().slabs());
        assertThat(budget.reservedBytes()).isZero();
        held.forEach(Buffer::release);
    }

    @Test
    void aListenerThatNeedsMoreThanSlabsCanGiveIsRefusedAtOnce(Scene scene) {
        Weir weir = open(scene);
        MemoryBudget budget = weir.group().budget();
        int tooMany = (int) (budget.plan().slabsBytes() / WeirSettings.CONNECTION_BYTES);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> listen(weir, tooMany))
                .withMessageContaining("bytes would have to go, and they can spare ");
        assertThat(budget.slabsMax()).isEqualTo(budget.plan().slabs());
    }

    @Test
    void openingOnALoopNeverWaits(Scene scene) {
        Weir weir = open(scene);
        var loop = weir.group().loops().getFirst();
        MemoryBudget budget = weir.group().budget();
        List<Buffer> held = takeAll(budget);

        assertThatIllegalStateException()
                .isThrownBy(() -> weir.group().call(loop, () -> listen(weir, LATE)))
                .withMessageContaining("opening server silent waits")
                .withMessageContaining("open it from a thread of your own");
        held.forEach(Buffer::release);
        assertThat(budget.slabsMax()).isEqualTo(budget.plan().slabs());

        Listening late = weir.group().call(loop, () -> listen(weir, LATE));
        close(weir, late);
    }

    @Test
    void anAddressThatCannotBeBoundLeavesTheSlabsUnchanged(Scene scene) {
        Weir weir = open(scene);
        MemoryBudget budget = weir.group().budget();
        Listening first = listen(weir, PLANNED);
        var same = new ListeningSettings(
                "same", first.local(), LATE, Beyond.WAIT, Listening.charges("server same", "", Beyond.WAIT, LATE));

        assertThatExceptionOfType(TransportException.class)
                .isThrownBy(() -> Listening.open(weir, same, LateListenerTest::silent));

        assertThat(budget.slabsMax()).isEqualTo(budget.plan().slabs());
        assertThat(budget.reservedBytes()).isEqualTo(PLANNED * WeirSettings.CONNECTION_BYTES);
        assertThat(LATE_BYTES).isGreaterThan(budget.plan().unusedBytes());
        close(weir, first);
    }
}
