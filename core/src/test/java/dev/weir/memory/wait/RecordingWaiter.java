package dev.weir.memory.wait;

import dev.weir.memory.block.Buffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A waiter that keeps what it was granted and says in which order that happened.
public final class RecordingWaiter extends Waiter {
    private final String name;
    private final StringBuilder order;

    /// What it was granted last.
    public @Nullable Buffer buffer;

    /// How often it was granted something.
    public int grants;

    /// Writes `name` into `order` when it is granted something.
    public RecordingWaiter(String name, ManualLoop home, StringBuilder order) {
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

    /// Takes what it was granted.
    public Buffer takeBuffer() {
        Buffer taken = Objects.requireNonNull(buffer);
        buffer = null;
        return taken;
    }
}
