package dev.weir.memory.wait;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// A waiter of a scene, which sees where it stands without a step of its own.
public abstract class WatchedWaiter extends Waiter {
    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.privateLookupIn(Waiter.class, MethodHandles.lookup())
                    .findVarHandle(Waiter.class, "state", State.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    /// Makes a waiter of this home.
    protected WatchedWaiter(OwnerLoop home) {
        super(home);
    }

    /// Whether it was granted something that has not arrived.
    protected final boolean isGranted() {
        return STATE.get(this) == State.GRANTED;
    }

    /// Whether it stands in a queue.
    protected final boolean isQueued() {
        return STATE.get(this) == State.WAITING;
    }

    /// For whose sake it waits.
    protected final long address() {
        return address;
    }

    /// When it came, among all that wait.
    protected final long sequence() {
        return sequence;
    }
}
