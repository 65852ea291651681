package dev.weir.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.time.Chance;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Proves that the mailbox keeps order, queues a node once and loses nothing, neither while it is open nor while it
/// closes. Producers race with the consumer in many rounds.
@Timeout(60)
final class MailboxTest {
    private final Mailbox mailbox = new Mailbox();
    private final List<Integer> ran = new ArrayList<>();

    private Mailbox.Node node(int number) {
        return new Mailbox.Node(() -> ran.add(number));
    }

    @Test
    void tasksRunInTheOrderOfTheirArrival() {
        for (int i = 0; i < 10; i++) assertThat(mailbox.offer(node(i))).isTrue();
        assertThat(mailbox.drain(4)).isEqualTo(4);
        for (int i = 10; i < 15; i++) mailbox.offer(node(i));
        assertThat(mailbox.isEmpty()).isFalse();

        assertThat(mailbox.drain(100)).isEqualTo(11);
        assertThat(ran).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
        assertThat(mailbox.isEmpty()).isTrue();
    }

    @Test
    void aNodeIsQueuedOnce() {
        var node = node(7);

        assertThat(mailbox.offer(node)).isTrue();
        assertThat(mailbox.offer(node)).isTrue();

        assertThat(mailbox.drain(10)).isOne();
        mailbox.offer(node);
        assertThat(mailbox.drain(10)).isOne();
    }

    @Test
    void aPostDuringTheRunIsNotLost() {
        var again = new Mailbox.Node[1];
        again[0] = new Mailbox.Node(() -> {
            ran.add(ran.size());
            if (ran.size() < 3) mailbox.offer(again[0]);
        });
        mailbox.offer(again[0]);

        mailbox.drain(10);

        assertThat(ran).containsExactly(0, 1, 2);
    }

    @Test
    void aClosedMailboxRefusesPostsButRunsQueuedTasks() {
        mailbox.offer(node(1));
        mailbox.offer(node(2));
        mailbox.drain(1);
        mailbox.offer(node(3));
        mailbox.close();
        mailbox.close();

        assertThat(mailbox.offer(node(4))).isFalse();
        mailbox.drain(10);

        assertThat(ran).containsExactly(1, 2, 3);
        assertThat(mailbox.isEmpty()).isTrue();
    }

    @Test
    void aTaskThatThrowsLeavesTheOthersQueued() {
        mailbox.offer(new Mailbox.Node(() -> {
            throw new IllegalStateException("planted");
        }));
        mailbox.offer(node(1));
        try {
            mailbox.drain(10);
        } catch (IllegalStateException planted) {
            ran.add(0);
        }

        mailbox.drain(10);
        assertThat(ran).containsExactly(0, 1);
    }

    /// Each node counts how often it was accepted; each accepted offer must be followed by a run.
    @Test
    void nothingAcceptedIsLostWhenManyPostWhileItCloses() throws InterruptedException {
        for (int seed = 0; seed < 300; seed++) raceOnce(seed);
    }

    private static void raceOnce(long seed) throws InterruptedException {
        var mailbox = new Mailbox();
        var accepted = new AtomicInteger();
        var ran = new AtomicInteger();
        var disorder = new AtomicInteger();
        var start = new CountDownLatch(1);
        var producers = new ArrayList<Thread>();
        for (int p = 0; p < 3; p++) {
            var last = new AtomicLong(-1);
            producers.add(Thread.ofPlatform().start(() -> {
                await(start);
                for (int i = 0; i < 200; i++) {
                    int number = i;
                    if (!mailbox.offer(new Mailbox.Node(() -> {
                        ran.incrementAndGet();
                        if (last.getAndSet(number) != number - 1) disorder.incrementAndGet();
                    }))) return;
                    accepted.incrementAndGet();
                }
            }));
        }
        start.countDown();
        var chance = new Chance(seed);
        for (int drains = chance.below(20); drains > 0; drains--) mailbox.drain(1 + chance.below(50));
        mailbox.close();
        while (!mailbox.isEmpty()) mailbox.drain(10);
        for (Thread producer : producers) producer.join();

        assertThat(ran.get()).as("seed %d", seed).isEqualTo(accepted.get());
        assertThat(disorder.get()).as("seed %d", seed).isZero();
    }

    private static void await(CountDownLatch start) {
        try {
            start.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
