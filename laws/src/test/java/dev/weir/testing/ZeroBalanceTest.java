package dev.weir.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.weir.ledger.Entry;
import dev.weir.ledger.Kind;
import dev.weir.ledger.Ledger;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.Urgency;
import dev.weir.memory.wait.OwnerLoop;
import dev.weir.memory.wait.Waiter;
import dev.weir.time.Timer;
import dev.weir.transport.Acceptor;
import dev.weir.transport.Transport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/// Proves that a test which leaves anything open fails and names it, and that others do not suffer from it. It runs
/// planted tests through JUnit's own launcher.
final class ZeroBalanceTest {
    private record Ended(String test, @Nullable Throwable why) {}

    @Test
    void aTestThatLeavesThingsOpenFailsAndNamesEach() {
        var ended = run(Leaky.class, false);

        assertThat(message(ended, "aSocketAndABuffer"))
                .contains("the test left open")
                .containsPattern("socket of acceptor .*, open for \\d+ ms, opened at")
                .containsPattern("17408 bytes of blocks of a forgetful test, held for at most \\d+ ms")
                .containsPattern("buffer of a forgetful test, open for \\d+ ms, opened at");
        assertThat(message(ended, "aTimer")).containsPattern("timer of aTimer.*, open for \\d+ ms, opened at");
        assertThat(message(ended, "aThread")).containsPattern("thread of sleeper, open for \\d+ ms, opened at");
        assertThat(message(ended, "anExchange")).containsPattern("exchange of somebody, open for \\d+ ms");
        assertThat(message(ended, "aConnectionAndALease"))
                .containsPattern("connection of downstream, open for \\d+ ms")
                .containsPattern("lease of upstream web, open for \\d+ ms");
        assertThat(message(ended, "aRawPeer")).containsPattern("socket of raw peer to .*, open for \\d+ ms");
        assertThat(message(ended, "aWaiter")).contains("1 waiting for memory");
    }

    @Test
    void eachIsNamedWithThePlaceThatOpenedIt() {
        var ended = run(Leaky.class, false);

        for (String test :
                List.of("aSocketAndABuffer", "aTimer", "aThread", "anExchange", "aConnectionAndALease", "aRawPeer")) {
            assertThat(message(ended, test))
                    .containsPattern("\n {6}dev\\.weir\\.testing\\.ZeroBalanceTest\\$Leaky\\." + test
                            + "\\(ZeroBalanceTest\\.java:\\d+\\)");
        }
        assertThat(message(ended, "aSocketAndABuffer"))
                .contains("\n      dev.weir.transport.tcp.TcpNetwork.listen(TcpNetwork.java:")
                .doesNotContain("org.junit.", "java.base", "dev.weir.testing.Places");
    }

    @Test
    void aBufferThatWasMovedIsNamedWithThePlaceThatMovedIt() {
        assertThat(message(run(Leaky.class, false), "aMovedBuffer"))
                .contains("buffer of the second owner")
                .contains("Leaky.passesOn(")
                .doesNotContain("the first owner");
    }

    @Test
    void withoutStacksTheOwnersAreStillNamed() {
        assertThat(message(run(Leaky.class, false), "withoutPlaces"))
                .containsPattern("socket of acceptor .*, open for \\d+ ms")
                .contains("1 buffer of")
                .doesNotContain("opened at");
    }

    @Test
    void nestedTestsSubclassesAndSingleTestsAreBalancedToo() {
        assertThat(message(run(Outer.class, false), "leaksInside")).contains("lease of the inner one");
        assertThat(message(run(Extending.class, false), "leaksBelow")).contains("lease of the lower one");
        var single = run(Single.class, false);
        assertThat(message(single, "leaks")).contains("lease of the only one");
        assertThat(message(single, "isNotBalanced")).isEqualTo("passed");
    }

    @Test
    void whatIsOpenedBeforeEachTestBelongsToTheTest() {
        var ended = run(Prepared.class, false);

        assertThat(message(ended, "closes")).isEqualTo("passed");
        assertThat(message(ended, "forgets")).contains("lease of the preparation", "Prepared.prepare(");
    }

    @Test
    void timersThatWereCancelledOrHaveRunAreForgotten() {
        assertThat(message(run(Leaky.class, false), "twoTimersThatHaveEnded"))
                .contains("lease of what is left", "Leaky.twoTimersThatHaveEnded(")
                .doesNotContain("timer of");
    }

    @Test
    void aTimerThatIsMovedAgainAndAgainIsOneTimer() {
        assertThat(message(run(Leaky.class, false), "aMovedTimer")).containsOnlyOnce("timer of");
    }

    @Test
    void aTestThatClosesEverythingPasses() {
        assertThat(run(Tidy.class, false)).hasSize(2).allMatch(ended -> ended.why() == null);
    }

    @Test
    void aFailureOfTheTestItselfIsReportedFirst() {
        var why = run(FailsAndLeaks.class, false).getFirst().why();

        assertThat(why)
                .hasMessage("the test's own")
                .satisfies(told -> assertThat(told.getSuppressed()[0]).hasMessageContaining("lease of upstream web"));
    }

    @Test
    void testsThatRunAtTheSameTimeDoNotSeeEachOther() {
        var ended = run(Parallel.class, true);

        assertThat(message(ended, "leaks")).contains("lease of the leaking one");
        assertThat(ended).filteredOn(one -> one.test().startsWith("tidy")).allMatch(one -> one.why() == null);
    }

    private static String message(List<Ended> all, String test) {
        var one = all.stream()
                .filter(ended -> ended.test().startsWith(test))
                .findFirst()
                .orElseThrow();
        return one.why() == null ? "passed" : String.valueOf(one.why().getMessage());
    }

    private static List<Ended> run(Class<?> planted, boolean parallel) {
        var ended = new CopyOnWriteArrayList<Ended>();
        var request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(planted))
                .configurationParameter("junit.jupiter.execution.parallel.enabled", String.valueOf(parallel))
                .configurationParameter("junit.jupiter.execution.parallel.mode.default", "concurrent")
                .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
                .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "2")
                .build();
        LauncherFactory.create().execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (test.isTest()) {
                    ended.add(new Ended(
                            test.getDisplayName(), result.getThrowable().orElse(null)));
                }
            }
        });
        return ended;
    }

    /// Run by the launcher only: nested classes that are not `@Nested` are not tests by themselves.
    @Balanced
    static final class Leaky {
        @Test
        void aSocketAndABuffer(Scene scene) {
            leaks(scene);
        }

        private static void leaks(Scene scene) {
            var loops = scene.tcpByHand();
            loops.network().listen(Scene.ANY_PORT, 1, loops.loop(), new Nobody());
            loops.pool().tryAcquire(BlockSize.NORMAL, Urgency.INTAKE, 0, "a forgetful test");
        }

        @Test
        void aTimer(Scene scene) {
            scene.inMemory().loop().schedule(new Timer(() -> {}), 1_000_000);
        }

        @Test
        void aThread(Scene scene) {
            var never = new CountDownLatch(1);
            var loops = scene.inMemory();
            loops.group().threads().platform("sleeper", () -> {
                try {
                    never.await();
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                }
            });
        }

        @Test
        void aMovedBuffer(Scene scene) {
            passesOn(scene.inMemory().pool().tryAcquire(BlockSize.SMALL, Urgency.INTAKE, 0, "the first owner"));
        }

        private static void passesOn(@Nullable Buffer buffer) {
            if (buffer != null) buffer.move("the second owner");
        }

        @Test
        void aMovedTimer(Scene scene) {
            var timer = new Timer(() -> {});
            var loop = scene.inMemory().loop();
            for (int i = 1; i <= 3; i++) loop.schedule(timer, i * 1_000_000_000L);
        }

        @Test
        void twoTimersThatHaveEnded(Scene scene) {
            var loops = scene.inMemory();
            var cancelled = new Timer(() -> {});
            loops.loop().schedule(cancelled, 1_000_000);
            loops.loop().wheel().cancel(cancelled);
            loops.loop().schedule(new Timer(() -> {}), 1_000_000);
            loops.pass(Duration.ofSeconds(1));
            scene.ledger().open(Kind.LEASE, "what is left");
        }

        @Test
        void aRawPeer(Scene scene) {
            var loops = scene.tcpByHand();
            try (var acceptor = loops.listen()) {
                loops.dial(acceptor.address());
                acceptor.accept().close();
            }
        }

        @Test
        void aWaiter(Scene scene) {
            var loops = scene.inMemory(Shape.SMALL.withBlocks(4));
            while (loops.pool().tryAcquire(BlockSize.NORMAL, Urgency.DRAIN, 0, "who holds") != null) {}
            loops.pool().acquire(new Waiting(loops.loop()), BlockSize.NORMAL, Urgency.DRAIN, 0, "who waits");
        }

        @Test
        void withoutPlaces(Scene scene) {
            scene.withoutPlaces();
            leaks(scene);
        }

        @Test
        void anExchange(Ledger ledger) {
            ledger.tally("somebody").opened(Kind.EXCHANGE, "it");
        }

        @Test
        void aConnectionAndALease(Ledger ledger) {
            ledger.open(Kind.CONNECTION, "downstream");
            ledger.open(Kind.LEASE, "upstream web");
        }
    }

    @Balanced
    static class Upper {}

    static final class Extending extends Upper {
        @Test
        void leaksBelow(Ledger ledger) {
            ledger.open(Kind.LEASE, "the lower one");
        }
    }

    @Balanced
    static final class Outer {
        @Nested
        final class Inner {
            @Test
            void leaksInside(Ledger ledger) {
                ledger.open(Kind.LEASE, "the inner one");
            }
        }
    }

    static final class Single {
        @Test
        @Balanced
        void leaks(Ledger ledger) {
            ledger.open(Kind.LEASE, "the only one");
        }

        @Test
        void isNotBalanced() {
            new Ledger("of nobody", new ManualClock()).open(Kind.LEASE, "nobody's");
        }
    }

    @Balanced
    static final class Prepared {
        private @Nullable Entry entry;

        @BeforeEach
        void prepare(Ledger ledger) {
            entry = ledger.open(Kind.LEASE, "the preparation");
        }

        @Test
        void closes() {
            if (entry != null) entry.close();
        }

        @Test
        void forgets() {
            assertThat(entry).isNotNull();
        }
    }

    @Balanced
    static final class Tidy {
        @Test
        void opensAndCloses(Scene scene, Ledger ledger) {
            var loops = scene.tcpByHand();
            scene.tcpThreads(Shape.SMALL);
            var acceptor = loops.network().listen(Scene.ANY_PORT, 1, loops.loop(), new Nobody());
            assertThat(ledger.balance().live(Kind.SOCKET)).isEqualTo(3);
            acceptor.close();
        }

        @Test
        void isGivenTheOneClock(Scene scene, ManualClock clock) {
            assertThat(scene.clock()).isSameAs(clock);
        }
    }

    @Balanced
    static final class FailsAndLeaks {
        @Test
        void fails(Ledger ledger) {
            ledger.open(Kind.LEASE, "upstream web");
            throw new AssertionError("the test's own");
        }
    }

    @Balanced
    static final class Parallel {
        @Test
        void leaks(Ledger ledger) {
            ledger.open(Kind.LEASE, "the leaking one");
        }

        @Test
        void tidyOne(Ledger ledger) {
            assertThat(ledger.balance().isZero()).isTrue();
        }

        @Test
        void tidyTwo(Scene scene) {
            scene.inMemory().turnUntilQuiet();
        }
    }

    private static final class Waiting extends Waiter {
        Waiting(OwnerLoop home) {
            super(home);
        }

        @Override
        protected void granted(Buffer buffer) {
            buffer.release();
        }
    }

    private record Nobody() implements Acceptor.Listener {
        @Override
        public void accepted(Transport transport) {
            transport.close();
        }

        @Override
        public void acceptFailed(String why) {
            throw new AssertionError(why);
        }
    }
}
