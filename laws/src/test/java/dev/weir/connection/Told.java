package dev.weir.connection;

import dev.weir.memory.Buffer;
import java.util.ArrayList;
import java.util.List;

/// A conversation that writes down what it is told, and does what a test hooks in.
class Told implements Conversation {
    final Connection connection;
    final List<String> told = new ArrayList<>();
    Runnable onReadable = () -> {};
    Runnable onWritable = () -> {};
    Runnable onTimedOut = () -> {};
    Runnable onClosing = () -> {};
    Runnable onEnded = () -> {};

    Told(Connection connection) {
        this.connection = connection;
    }

    static Told of(Connection connection) {
        return (Told) connection.conversation();
    }

    /// Reads a block and throws it away.
    int skip() {
        Buffer block = connection
                .loop()
                .pool()
                .tryAcquire(dev.weir.memory.BlockSize.NORMAL, dev.weir.memory.Urgency.INTAKE, 0, "skipped");
        if (block == null) return 0;
        int count = connection.read(block.bytes());
        block.release();
        return count;
    }

    @Override
    public void readable() {
        told.add("readable");
        onReadable.run();
    }

    @Override
    public void writable() {
        told.add("writable");
        onWritable.run();
    }

    @Override
    public void timedOut() {
        told.add("timedOut");
        onTimedOut.run();
    }

    @Override
    public void lingers() {
        told.add("lingers");
    }

    @Override
    public void closing(CloseReason reason) {
        told.add("closing " + reason);
        onClosing.run();
    }

    @Override
    public void ended(CloseReason reason) {
        told.add("ended " + reason);
        onEnded.run();
    }
}
