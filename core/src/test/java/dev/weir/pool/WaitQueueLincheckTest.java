package dev.weir.pool;

import dev.weir.memory.wait.FairBy;
import dev.weir.transport.Endpoint;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Test;

/// Proves that the queue for connections is linearizable: two leases wait, are notified and withdraw while slots
/// are given away and the queue is closed, and every result is one that the same calls one after the other could
/// give.
public class WaitQueueLincheckTest {
    private final WaitQueue queue = new WaitQueue(2, FairBy.ADDRESS, new SlowShare(2), 1);
    private final Origin origin = AloneOrigin.of(new Origin.Address(Endpoint.of("origin", 80), "origin:80"), 1);
    private final Waiting a = new Waiting("a");
    private final Waiting b = new Waiting("b");

    @Test
    void everyInterleavingIsLinearizable() {
        new ModelCheckingOptions()
                .threads(3)
                .iterations(8)
                .invocationsPerIteration(300)
                .actorsBefore(2)
                .actorsPerThread(2)
                .actorsAfter(2)
                .check(WaitQueueLincheckTest.class);
    }

    @Operation(nonParallelGroup = "a")
    public String addA() {
        return add(a);
    }

    @Operation(nonParallelGroup = "a")
    public String newsOfA() {
        return queue.takeNotification(a).toString();
    }

    @Operation(nonParallelGroup = "a")
    public boolean withdrawA() {
        return queue.withdraw(a) != null;
    }

    @Operation(nonParallelGroup = "b")
    public String addB() {
        return add(b);
    }

    @Operation(nonParallelGroup = "b")
    public String newsOfB() {
        return queue.takeNotification(b).toString();
    }

    @Operation(nonParallelGroup = "b")
    public boolean withdrawB() {
        return queue.withdraw(b) != null;
    }

    @Operation
    public String allowNext() {
        Waiter allowed = queue.allowNext(origin);
        return String.valueOf(allowed);
    }

    @Operation
    public String close() {
        return queue.close().toString();
    }

    private String add(Waiter waiter) {
        if (!waiter.isFree()) return "busy";
        Refusal refusal = queue.add(waiter, 0).refusal();
        return refusal == null ? "waits" : refusal.toString();
    }

    /// A lease without a loop: it is never notified here.
    private static final class Waiting extends Waiter {
        private final String name;

        @SuppressWarnings("NullAway") // Why: a queue never asks for the loop
        Waiting(String name) {
            super(null);
            this.name = name;
        }

        @Override
        protected boolean acceptsReused() {
            return true;
        }

        @Override
        protected void refused(Refusal refusal) {}

        @Override
        public String toString() {
            return name;
        }
    }
}
