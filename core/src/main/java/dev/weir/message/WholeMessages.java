package dev.weir.message;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.loop.EventLoop;
import dev.weir.memory.Assembly;
import dev.weir.memory.AssemblyShare;
import dev.weir.memory.BufferPool;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.Urgency;
import dev.weir.memory.wait.Waiter;
import dev.weir.protocol.LengthFrame;
import dev.weir.transport.Transport;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Reads messages of one connection that must be complete before they can be used. A message that can be processed
/// as a stream is better read in parts, with [LengthFrame] alone.
///
/// A message that fits the block it arrives in is handed out there. A longer one grows by a block each time one is
/// full, within the [AssemblyShare] of the budget; an announced length alone takes no memory. Without memory the
/// connection is not read, which slows its peer down. While places in the share are few, only the length of a
/// message is read first, so that a connection holds no block while it waits for a place.
///
/// Its conversation passes on [dev.weir.connection.Conversation#readable], adds [#heldBytes] to its own, and calls
/// [#close] in [dev.weir.connection.Conversation#closing] or when it wants no more messages, for example before it
/// calls `finish` outside of [Receiver#whole]. Limit how long a message may take, until it is released, with
/// [Connection#deadline].
///
/// **Owns:** the blocks of what it reads, until the message is handed out or [#close].
/// **Threads:** confined to the loop of its connection, which must not move.
/// **Waits:** never waits; it stops reading and is notified when it may go on.
/// **Limits:** one message at a time, of at most `bytesMax` bytes; a longer one is reported before a byte of it is
/// kept.
/// **Fails:** an exception of a receiver ends the connection as [CloseReason#BROKEN], also if it is thrown in a
/// callback of the memory or of another connection.
/// **Source:** ADR 19.
public final class WholeMessages {
    private static final String OWNER = "whole message";

    private final Connection connection;
    private final LengthFrame frame;
    private final Receiver receiver;
    private final AssemblyShare share;
    private final Assembly place;
    private final Waiter waiter;
    private final WholeMessage message;
    private final Runnable going = this::readOn;
    private final Runnable decoding = this::decodeOn;
    private Step step = Step.READING;
    private boolean isDecoding;
    private boolean isCountedAhead; // the block is counted already for the message that begins at its end

    /// The block that is read into while the message is in one block; the bytes read so far end at its position.
    private @Nullable Buffer block;

    private int bodyFrom; // where the message begins in the block
    private int bytesEnd; // where the bytes read end, while a message of the same block is handed out

    private enum Step {
        /// Bytes may be read.
        READING,
        /// It waits for the next block, or for its turn to wait for one.
        WAITING,
        /// The receiver has a message.
        HANDED,
        /// Nothing more is read.
        ENDED
    }

    /// Receives the messages.
    public interface Receiver {
        /// A complete message has arrived.
        ///
        /// @param message **owned by the callee**, which has to release it, now or later; nothing is read until
        ///     then
        void whole(WholeMessage message);

        /// The peer announced a message longer than the limit; nothing more is read.
        ///
        /// @param bytes the announced length
        void tooLarge(long bytes);

        /// The peer has ended its side.
        ///
        /// @param isCut whether it ended in the middle of a message
        void inputEnded(boolean isCut);
    }

    /// Creates a reader for a connection that is not open yet, or has read nothing.
    ///
    /// @param bytesMax the length of the longest message, in bytes
    /// @throws IllegalStateException if the plan of the runtime has no assembly share
    /// @throws IllegalArgumentException if the share was planned for shorter messages
    public WholeMessages(Connection connection, int bytesMax, Receiver receiver) {
        this.connection = connection;
        this.frame = new LengthFrame(bytesMax);
        this.receiver = receiver;
        this.share = pool().assembly();
        if (bytesMax > share.messageBytesMax()) {
            throw new IllegalArgumentException("messages of " + bytesMax + " bytes, but the assembly share was planned "
                    + "for " + share.messageBytesMax() + "; open the runtime with the longest that any connection "
                    + "takes");
        }
        this.place = new OwnAssembly(share, connection.loop());
        this.waiter = new BlockWaiter(connection.loop());
        this.message = new WholeMessage(this, place);
        waiter.setAccount(connection);
        waiter.setAddress(connection.peerKey());
    }

    /// To be called when input can be read: reads at most one block.
    public void readable() {
        requireCurrent();
        if (step == Step.READING) readOn();
        else connection.pauseInput();
    }

    /// Whether it waits for memory, or for its turn to wait.
    public boolean isWaiting() {
        requireCurrent();
        return step == Step.WAITING;
    }

    /// Bytes of blocks held now, including those of a message that was handed out.
    public int heldBytes() {
        requireCurrent();
        return message.heldBytes() + (block == null ? 0 : block.capacity());
    }

    /// Gives everything back and cancels the wait; no more messages come. A message that was handed out is gone. A
    /// second call does nothing.
    public void close() {
        requireCurrent();
        step = Step.ENDED;
        pool().cancel(waiter);
        message.drop();
        giveBackBlock();
        place.end();
    }

    void requireCurrent() {
        connection.loop().requireCurrent();
    }

    // ---- reading

    private void readOn() {
        ByteBuffer target = target();
        if (target == null) return;
        int start = target.position();
        int count = connection.read(target);
        if (count > 0) decode(target.limit(target.position()).position(start));
        else if (count == Transport.BROKEN) connection.close(CloseReason.RESET);
        else if (count == Transport.END) inputEnded();
        else if (block != null && start == bodyFrom) giveBackBlock();
        if (step == Step.HANDED) countAhead();
    }

    /// Counts the block now if its last message will need a chain: the receiver may hold the first message of the
    /// block for long, and others could use up the share meanwhile.
    private void countAhead() {
        Buffer single = block;
        if (single == null || single.size() != BlockSize.NORMAL) return;
        ByteBuffer bytes = single.bytes();
        int end = bytes.limit(); // the receiver's
        int cut = frame.partialFrameLength(bytes.limit(bytesEnd), bodyFrom + (int) frame.length());
        bytes.limit(end);
        if (cut <= single.capacity()) return;
        place.begin(1);
        isCountedAhead = true;
    }

    private void inputEnded() {
        boolean isCut = !frame.isAtBoundary();
        close();
        receiver.inputEnded(isCut);
    }

    /// Where to read the next bytes; null if that has to be waited for.
    private @Nullable ByteBuffer target() {
        if (block == null && !message.isGrowing()) return firstTarget();
        Buffer single = block;
        if (single != null) {
            if (fits(single)) return room(single);
            if (!stepUp(single)) beginChain(single);
        }
        if (block != null) return room(block);
        Buffer last = message.last();
        boolean hasRoom = last.size() == BlockSize.NORMAL && last.bytes().position() < last.capacity();
        return hasRoom ? room(last) : grow();
    }

    private @Nullable ByteBuffer firstTarget() {
        if (isTooLongForABlock()) {
            place.begin(0);
            return grow();
        }
        if (frame.prefixLeft() > 0 && share.isTight()) {
            return connection.loop().readScratch().clear().limit(frame.prefixLeft());
        }
        bodyFrom = 0;
        Buffer fresh = pool().acquire(waiter, BlockSize.NORMAL, Urgency.INTAKE, loop().index(), OWNER);
        if (fresh == null) {
            stop();
            return null;
        }
        return taken(fresh);
    }

    private ByteBuffer taken(Buffer fresh) {
        fresh.setAccount(connection, loop().nowNanos());
        block = fresh;
        return room(fresh);
    }

    /// Whether the block has room for the whole message, from where it begins.
    private boolean fits(Buffer single) {
        return frame.prefixLeft() > 0 || single.bytes().position() + frame.bodyLeft() <= single.capacity();
    }

    /// The room behind the bytes read. In a chain, and while places are few, no more than the rest of the message
    /// needs, or of the prefix with its length.
    private ByteBuffer room(Buffer last) {
        ByteBuffer bytes = last.bytes();
        bytes.limit(bytes.capacity());
        if (last == block && !share.isTight()) return bytes;
        return bytes.limit(bytes.position() + Math.min(bytes.remaining(), frame.prefixLeft() + frame.bodyLeft()));
    }

    /// Moves a message that does not fit its small block to a normal one.
    private boolean stepUp(Buffer small) {
        if (frame.length() > BlockSize.NORMAL.bytes() || small.size() != BlockSize.SMALL) return false;
        Buffer larger = pool().tryAcquire(BlockSize.NORMAL, Urgency.INTAKE, loop().index(), OWNER);
        if (larger == null) return false;
        larger.bytes().put(small.bytes().flip().position(bodyFrom));
        bodyFrom = 0;
        small.release();
        taken(larger);
        return true;
    }

    // ---- growing

    /// The message does not fit its block: the block becomes the first of a chain.
    private void beginChain(Buffer first) {
        toFront(first);
        if (!isCountedAhead) place.begin(first.size() == BlockSize.NORMAL ? 1 : 0);
        isCountedAhead = false;
        message.grow(first);
        block = null;
    }

    /// Whether the message has a place in the share, even if it has no block yet.
    private boolean isAssembling() {
        return message.isGrowing() || isTooLongForABlock();
    }

    private boolean isTooLongForABlock() {
        return block == null && frame.bodyLeft() > BlockSize.NORMAL.bytes();
    }

    private @Nullable ByteBuffer grow() {
        if (!place.mayGrow()) {
            stop();
            return null;
        }
        Buffer next = pool().tryAcquire(BlockSize.NORMAL, Urgency.INTAKE, loop().index(), OWNER);
        if (next != null) return grown(next);
        if (place.mayWait()) return acquireInTurn();
        stop();
        return null;
    }

    /// Its turn has come: one message at a time may wait for a block while it holds others.
    private @Nullable ByteBuffer acquireInTurn() {
        Buffer next = pool().acquire(waiter, BlockSize.NORMAL, Urgency.INTAKE, loop().index(), OWNER);
        if (next == null) {
            stop();
            return null;
        }
        place.waited();
        return grown(next);
    }

    private ByteBuffer grown(Buffer next) {
        next.setAccount(connection, loop().nowNanos());
        message.grow(next);
        return room(next);
    }

    private void stop() {
        step = Step.WAITING;
        connection.pauseInput();
    }

    private void goOn() {
        if (!connection.isOpen()) {
            close();
            return;
        }
        step = Step.READING;
        connection.resumeInput();
        connection.guarded(going);
    }

    /// Its place in the share; notified when its turn to wait has come.
    private final class OwnAssembly extends Assembly {
        OwnAssembly(AssemblyShare share, EventLoop home) {
            super(share, home);
        }

        @Override
        protected void resume() {
            if (acquireInTurn() != null) goOn();
        }
    }

    /// Waits for a block: the first of a message, or the next of a chain.
    private final class BlockWaiter extends Waiter {
        BlockWaiter(EventLoop home) {
            super(home);
        }

        @Override
        protected void granted(Buffer buffer) {
            if (isAssembling()) {
                place.waited();
                grown(buffer);
            } else {
                taken(buffer);
            }
            goOn();
        }
    }

    // ---- decoding

    /// Decodes the bytes between position and limit.
    private void decode(ByteBuffer bytes) {
        isDecoding = true;
        boolean isOver = false;
        while (step == Step.READING && !isOver && connection.isOpen()) {
            switch (frame.decode(bytes)) {
                case LengthFrame.BEGIN -> bodyFrom = bytes.position();
                case LengthFrame.BODY -> bytes.position(bytes.position() + frame.available());
                case LengthFrame.END -> isOver = handOut(bytes);
                case LengthFrame.TOO_LARGE -> refuse();
                default -> isOver = true;
            }
        }
        isDecoding = false;
        if (step == Step.READING && !connection.isOpen()) close(); // the receiver closed it
        else if (isOver) keep();
    }

    private void refuse() {
        connection.pauseInput();
        close();
        receiver.tooLarge(frame.length());
    }

    /// Passes a message to the receiver.
    ///
    /// @return whether nothing was read behind it: its block may belong to another owner by now
    private boolean handOut(ByteBuffer bytes) {
        boolean isAll = block == null;
        int length = (int) frame.length();
        if (message.isGrowing()) {
            place.whole();
            message.completeInChain(length);
        } else {
            bytesEnd = bytes.limit();
            message.completeInBlock(block, length);
            if (block != null) bytes.limit(bytes.position()).position(bodyFrom);
        }
        step = Step.HANDED;
        receiver.whole(message);
        if (step == Step.HANDED) connection.pauseInput();
        return isAll;
    }

    /// The receiver has released the message.
    void released() {
        if (step != Step.HANDED) return;
        step = Step.READING;
        Buffer single = block;
        if (single != null) {
            int next = bodyFrom + (int) frame.length();
            single.bytes().limit(bytesEnd).position(next);
            bodyFrom = next;
        }
        if (isDecoding) return;
        connection.guarded(decoding);
        if (step == Step.READING) connection.resumeInput();
    }

    private void decodeOn() {
        if (block != null) decode(block.bytes());
        else if (!connection.isOpen()) close();
    }

    /// More input has to come: the part of a message that was read stays, in no more memory than it needs.
    private void keep() {
        Buffer single = block;
        if (single == null) return;
        ByteBuffer bytes = single.bytes();
        int kept = frame.prefixLeft() > 0 ? 0 : bytes.position() - bodyFrom;
        if (kept == 0) {
            giveBackBlock();
            return;
        }
        if (!connection.isInputReady() && shrinkToSmallBlock(single)) return;
        if (frame.length() > single.capacity()) {
            if (single.size() == BlockSize.NORMAL) beginChain(single);
        } else if (!fits(single)) {
            toFront(single);
        }
    }

    private void toFront(Buffer single) {
        ByteBuffer bytes = single.bytes();
        if (bodyFrom > 0) bytes.limit(bytes.position()).position(bodyFrom).compact();
        bodyFrom = 0;
    }

    private boolean shrinkToSmallBlock(Buffer normal) {
        ByteBuffer bytes = normal.bytes();
        int end = bytes.position();
        bytes.limit(end).position(bodyFrom);
        Buffer small = normal.shrinkToSmallBlock(Urgency.INTAKE);
        if (small == null) {
            bytes.position(end);
            return false;
        }
        block = small;
        if (isCountedAhead) place.end();
        isCountedAhead = false;
        ByteBuffer rest = small.bytes();
        rest.position(rest.limit());
        bodyFrom = 0;
        return true;
    }

    private void giveBackBlock() {
        if (block != null) block.release();
        block = null;
    }

    private EventLoop loop() {
        return connection.loop();
    }

    private BufferPool pool() {
        return connection.loop().pool();
    }

    @Override
    public String toString() {
        return "messages of " + connection;
    }
}
