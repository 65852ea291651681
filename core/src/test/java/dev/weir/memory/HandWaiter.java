package dev.weir.memory;

import org.jspecify.annotations.Nullable;

/// A waiter that keeps what it was granted and says in which order that happened.
final class HandWaiter extends Waiter {
    private final String name;
    private final StringBuilder order;

    @Nullable
    Buffer buffer;

    int grants;

    HandWaiter(String name, HandHome home, StringBuilder order) {
        super(home);
        this.name = name;
        this.order = order;
    }

    @Override
    protected void granted(Buffer granted) {
        if (buffer != null) throw new IllegalStateException(name + " was granted a second buffer");
        buffer = granted;
        grants++;
        order.append(name).append(' ');
    }

    @Override
    public String toString() {
        return name;
    }

    Buffer takeBuffer() {
        Buffer taken = Plans.some(buffer);
        buffer = null;
        return taken;
    }
}
