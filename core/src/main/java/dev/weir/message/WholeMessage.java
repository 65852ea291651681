package dev.weir.message;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.connection.ConnectionState;
import dev.weir.memory.Assembly;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/// One complete message: in the block it arrived in, or in a chain of blocks of the assembly share.
///
/// **Owns:** its blocks until [#release], or until [#writeTo] has written them.
/// **Threads:** confined to the loop of its connection.
/// **Waits:** never waits.
/// **Limits:** one at a time for each connection: the next message comes when this one was released, in the same
/// object.
/// **Fails:** a second [#release], and any use after it, throw `IllegalStateException` until the next message is
/// handed out. After that they would act on the next message without an error, so drop the reference when you
/// release it. When its connection closes, the message is gone: [#isHeld] is false.
public final class WholeMessage {
    private final WholeMessages from;
    private final Assembly place;
    private final ArrayList<Buffer> chain = new ArrayList<>();
    private @Nullable Buffer only; // the block it arrived in, if that holds all of it
    private int length;
    private boolean isHeld;

    WholeMessage(WholeMessages from, Assembly place) {
        this.from = from;
        this.place = place;
    }

    /// Whether it can be used: it is not released, and its connection is not closed.
    public boolean isHeld() {
        from.requireCurrent();
        return isHeld;
    }

    /// Its length in bytes.
    public int length() {
        requireHeld();
        return length;
    }

    /// The number of its parts. Parts that [#writeTo] has written are gone, so there may be fewer later.
    public int parts() {
        requireHeld();
        return only != null ? 1 : chain.size();
    }

    /// One part, in order: the bytes between position and limit.
    ///
    /// @param index in `[0, parts())`
    /// @return lent until the message is released; the caller may move the position, and [#writeTo] does not write
    ///     the bytes before it
    public ByteBuffer part(int index) {
        requireHeld();
        return (only != null ? only : chain.get(index)).bytes();
    }

    /// Copies the rest of it.
    ///
    /// @param target with room for it from `at` on
    /// @return how many bytes were copied
    public int copyTo(byte[] target, int at) {
        int end = at;
        for (int i = 0; i < parts(); i++) {
            ByteBuffer part = part(i);
            part.get(part.position(), target, end, part.remaining());
            end += part.remaining();
        }
        return end - at;
    }

    /// Writes the rest of it and gives each written block back.
    ///
    /// @return true if all of it has left: release it then; false if `sink` takes no more now: call again when it
    ///     is writable, but not if it was closed because its path is broken
    public boolean writeTo(Connection sink) {
        while (parts() > 0) {
            ByteBuffer part = part(0);
            if (part.hasRemaining()) {
                if (sink.output().write(part) < 0) sink.close(CloseReason.RESET);
                if (!isHeld || sink.state() == ConnectionState.CLOSED || part.hasRemaining()) return false;
            }
            if (only != null) return true;
            giveBack(chain.removeFirst());
            if (chain.isEmpty()) return true;
        }
        return true;
    }

    /// Gives the message back; the next one may come.
    public void release() {
        requireHeld();
        drop();
        from.released();
    }

    // ---- for the intake

    /// Whether it is being assembled in a chain.
    boolean isGrowing() {
        return !isHeld && !chain.isEmpty();
    }

    /// Adds a block to the chain; its bytes end at its position.
    void grow(Buffer block) {
        chain.add(block);
    }

    Buffer last() {
        return chain.getLast();
    }

    void completeInChain(int bytes) {
        for (int i = 0; i < chain.size(); i++) chain.get(i).bytes().flip();
        isHeld = true;
        length = bytes;
    }

    /// @param block null for a message without bytes
    void completeInBlock(@Nullable Buffer block, int bytes) {
        only = block;
        isHeld = true;
        length = bytes;
    }

    /// Gives back the chain, complete or not; a single block stays with the intake.
    void drop() {
        for (int i = 0; i < chain.size(); i++) chain.get(i).release();
        chain.clear();
        if (only == null) place.end(); // otherwise it had no place in the share
        only = null;
        isHeld = false;
    }

    int heldBytes() {
        int held = 0;
        for (int i = 0; i < chain.size(); i++) held += chain.get(i).capacity();
        return held;
    }

    private void giveBack(Buffer written) {
        boolean isCounted = written.size() == BlockSize.NORMAL;
        written.release();
        if (isCounted) place.returned();
    }

    private void requireHeld() {
        from.requireCurrent();
        if (!isHeld) throw new IllegalStateException("a message was used after it was released: " + from);
    }
}
