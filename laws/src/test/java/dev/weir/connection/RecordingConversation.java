package dev.weir.connection;

import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.Urgency;
import java.util.ArrayList;
import java.util.List;

/// A conversation that records its callbacks and runs what a test hooks in.
public class RecordingConversation implements Conversation {
    public final Connection connection;
    public final List<String> told = new ArrayList<>();
    public Runnable onReadable = () -> {};
    public Runnable onWritable = () -> {};
    public Runnable onTimedOut = () -> {};
    public Runnable onClosing = () -> {};
    public Runnable onEnded = () -> {};

    /// The conversation of a connection that is being opened.
    public RecordingConversation(Connection connection) {
        this.connection = connection;
    }

    /// Returns the conversation of an open connection.
    public static RecordingConversation of(Connection connection) {
        return (RecordingConversation) connection.conversation();
    }

    /// Reads a block and throws it away.
    public int skip() {
        Buffer block = connection.loop().pool().tryAcquire(BlockSize.NORMAL, Urgency.INTAKE, 0, "skipped");
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
    public void lingeringStarted() {
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
