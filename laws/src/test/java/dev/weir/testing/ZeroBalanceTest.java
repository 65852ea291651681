package dev.weir.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.weir.ledger.Kind;
import dev.weir.ledger.Ledger;
import dev.weir.memory.BlockSize;
import dev.weir.memory.Urgency;
import dev.weir.time.Timer;
import dev.weir.transport.Acceptor;
import dev.weir.transport.Transport;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
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
                .containsPattern("socket of acceptor .*, open for \\d+ ms")
                .containsPattern("17408 bytes of blocks of a forgetful test, held for at most \\d+ ms")
                .contains("1 buffer of");
        assertThat(message(ended, "aTimer")).contains("1 timer of");
        assertThat(message(ended, "aThread")).containsPattern("thread of sleeper, open for \\d+ ms");
        assertThat(message(ended, "anExchange")).contains("1 exchange of somebody");
        assertThat(message(ended, "aConnectionAndALease"))
                .containsPattern("connection of downstream, open for \\d+ ms")
                .containsPattern("lease of upstream web, open for \\d+ ms");
    }

    @Test
    void aTestThatClosesEverythingPasses() {
        assertThat(run(Tidy.class, false)).hasSize(2).allMatch(ended -> ended.why() == null);
    }

    @Test
    void aFailureOfTheTestItselfIsToldFirst() {
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
        void isGivenTheOneClock(Scene scene, HandClock clock) {
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

    private record Nobody() implements Acceptor.Accepted {
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
