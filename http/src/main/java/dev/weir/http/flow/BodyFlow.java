package dev.weir.http.flow;

import dev.weir.flow.Backlog;
import dev.weir.flow.Fill;
import dev.weir.flow.FlowPoint;
import dev.weir.flow.Inflow;
import dev.weir.flow.Need;
import dev.weir.flow.Sink;
import dev.weir.flow.Source;
import dev.weir.http.codec.BodyDecoder;
import dev.weir.http.codec.Framing;
import dev.weir.http.codec.HeadLimits;
import dev.weir.memory.block.Account;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Moves a body, and a head put before it, from an [Inflow] to a [Sink]. More is read only when the sink has
/// taken everything before, so that the flow holds a block only while bytes move. At most one block is read per
/// call, so that one busy connection does not hold up its loop. The exception is [#readAhead], for a short body
/// whose source others need.
///
/// **Owns:** nothing beyond what its inflow owns; a backlog belongs to its sink.
/// **Threads:** confined to its loop.
/// **Waits:** never waits; [#pump] returns what it needs and is called again.
/// **Source:** ADR 26, short answers are taken whole.
public final class BodyFlow {
    /// How many bytes of a body may be held that is read ahead: four normal blocks, or a large one.
    private static final int AHEAD_BYTES_MAX = BlockSize.LARGE.bytes();

    /// The longest body, with its head, that is read ahead: what these blocks hold.
    private static final int SHORT_BYTES = AHEAD_BYTES_MAX - 4 * HeadBlocks.HEADROOM;

    private final Inflow in;
    private final BodyDecoder decoder;
    private @Nullable Source source;
    private @Nullable Sink sink;
    private int pendingFrom;
    private int pendingTo;
    private boolean ended;
    private boolean active;
    private boolean isKept; // head and body are kept to be sent again
    private boolean isTaken; // a byte was taken, at takenNanos
    private long takenNanos;

    /// Makes a flow out of `in`.
    public BodyFlow(Inflow in, HeadLimits limits) {
        this.in = in;
        this.decoder = new BodyDecoder(limits);
    }

    /// Begins a body whose first bytes may lie in the inflow already.
    ///
    /// @param length for [Framing#LENGTH]
    public void begin(Source from, Framing framing, long length, BodyDecoder.Mode mode, Sink to) {
        in.loop().requireCurrent();
        source = from;
        sink = to;
        isTaken = false;
        decoder.begin(framing, length, mode);
        ended = decoder.isEnded();
        active = true;
        isKept = false;
        pendingFrom = pendingTo = in.from();
    }

    /// Forgets the body.
    public void reset() {
        in.loop().requireCurrent();
        source = null;
        sink = null;
        active = false;
        ended = true;
        decoder.begin(Framing.NONE, 0, BodyDecoder.Mode.DATA);
    }

    /// Whether a body was begun and has not reached its sink whole.
    public boolean isActive() {
        in.loop().requireCurrent();
        return active;
    }

    /// Whether a body was begun since the last [#reset].
    public boolean isBegun() {
        in.loop().requireCurrent();
        return sink != null;
    }

    /// Whether a body was begun and the sink has all of it.
    public boolean isComplete() {
        in.loop().requireCurrent();
        return sink != null && !active && ended;
    }

    /// When a byte of the body last moved.
    ///
    /// @param readNanos when one was last read
    /// @return that, or when the sink last took one, whichever is later
    public long movedNanos(long readNanos) {
        in.loop().requireCurrent();
        return isBegun() && isTaken && takenNanos - readNanos > 0 ? takenNanos : readNanos;
    }

    /// The decoder, for its fault and what remains.
    public BodyDecoder decoder() {
        in.loop().requireCurrent();
        return decoder;
    }

    /// Puts `head` before the body, into the room before the inflow's first byte. Call before anything was
    /// pumped.
    ///
    /// @param kept whether these bytes are to be kept after they were written, to be sent again, and those of the
    ///     body behind them, which must have been received whole and have a length
    /// @return false when there is not enough room
    public boolean prepend(ByteBuffer head, boolean kept) {
        in.loop().requireCurrent();
        int at = in.from() - head.remaining();
        if (at < 0) return false;
        int body = in.from();
        in.bytes().position(at).put(head);
        if (kept) in.consumedButKept(at, body);
        else in.consumedTo(body);
        pendingFrom = at;
        isKept = kept;
        return true;
    }

    /// Goes back to the beginning of what [#prepend] kept, so that it is sent again.
    public void rewind() {
        in.loop().requireCurrent();
        pendingFrom = in.keptFrom();
        pendingTo = in.from();
        active = true;
    }

    /// Moves what can be moved now and returns what is needed to go on.
    public Need pump() {
        in.loop().requireCurrent();
        Sink taking = sink;
        Source reading = source;
        if (taking == null || (reading == null && !ended)) return Need.NOTHING;
        if (reading == null) return takeRest(taking);
        boolean mayRead = true;
        while (true) {
            Need need = moveOn(taking);
            if (need != null) return need == Need.SINK ? paused(reading) : need;
            if (!taking.isReady()) {
                // Why: a block granted while the sink filled up holds nothing, and others may wait for it.
                in.settle();
                return paused(reading);
            }
            // Why: the end may have been read outside of a pump; no readiness reports it again.
            if (reading.isInputEnded()) {
                need = inputEnded();
                if (need != null) return need;
                continue;
            }
            if (!mayRead || !reading.isInputReady() || in.loop().chance().rarely(FlowPoint.BODY_PAUSES)) {
                return watching(reading);
            }
            need = read(taking);
            if (need != null) return need == Need.INPUT ? watching(reading) : need;
            mayRead = false;
        }
    }

    private Need takeRest(Sink taking) {
        Need need = moveOn(taking);
        return need == null ? Need.NOTHING : need;
    }

    /// Decodes and writes what is in the block; null when more input is needed.
    private @Nullable Need moveOn(Sink taking) {
        Backlog ahead = taking.backlog();
        if (ahead != null && !ahead.isEmpty()) {
            if (!drain(ahead, taking)) return Need.SINK_GONE;
            if (!ahead.isEmpty()) return Need.SINK;
        }
        while (true) {
            int before = in.from();
            // Why: in-place decoding leaves a gap behind its output; only adjacent bytes can be written together.
            boolean adjacent = pendingFrom == pendingTo || pendingTo == before;
            boolean faulty = adjacent && !ended && !in.isEmpty() && decode();
            if (pendingFrom < pendingTo && !write(taking)) return Need.SINK_GONE;
            if (pendingFrom < pendingTo) return Need.SINK;
            if (faulty) return Need.FAULT;
            if (ended) return finished();
            if (in.isEmpty() || (adjacent && in.from() == before)) return null;
        }
    }

    private boolean drain(Backlog ahead, Sink taking) {
        int taken = ahead.drainTo(taking);
        if (taken > 0) tookNow();
        return taken >= 0;
    }

    private void tookNow() {
        takenNanos = in.loop().nowNanos();
        isTaken = true;
    }

    private Need finished() {
        active = false;
        return Need.NOTHING;
    }

    /// Decodes the bytes after the pending ones; true when they are faulty.
    private boolean decode() {
        if (pendingFrom == pendingTo) pendingFrom = in.from();
        int result = decoder.decode(in.bytes(), in.from(), in.to());
        pendingTo = decoder.outTo();
        if (isKept) in.consumedButKept(in.keptFrom(), decoder.consumedTo());
        else in.consumedTo(decoder.consumedTo());
        ended = result == BodyDecoder.END;
        return result == BodyDecoder.FAULT;
    }

    private boolean write(Sink taking) {
        ByteBuffer bytes = in.bytes().limit(pendingTo).position(pendingFrom);
        int taken = taking.take(bytes);
        if (taken < 0) return false;
        if (taken > 0) tookNow();
        pendingFrom += taken;
        if (pendingFrom < pendingTo) awaitSink();
        return true;
    }

    private void awaitSink() {
        int moved = in.awaitSink(pendingFrom);
        pendingFrom -= moved;
        pendingTo -= moved;
    }

    private @Nullable Need read(Sink taking) {
        if (!taking.takesLarge()) in.useNormalBlock();
        return switch (in.fill()) {
            case READ -> null;
            case EMPTY -> Need.INPUT;
            case WAITING -> Need.MEMORY;
            case FULL -> Need.SHORT;
            case BROKEN -> Need.CUT;
            case ENDED -> inputEnded();
        };
    }

    private @Nullable Need inputEnded() {
        ended = decoder.inputEnded() == BodyDecoder.END;
        return ended ? null : Need.CUT;
    }

    private Need watching(Source reading) {
        in.settle();
        reading.resumeInput();
        return Need.INPUT;
    }

    private static Need paused(Source reading) {
        reading.pauseInput();
        return Need.SINK;
    }

    // ---- read ahead

    /// Reads on although the sink takes no more, if the body is short, so that its source may serve others. No
    /// further block is taken while memory is scarce. Call when [#pump] needs the sink, and again when more
    /// input has come.
    ///
    /// @param ahead the backlog of the sink
    /// @param takenBytes what the sink has taken until now, a head included
    /// @return whether the whole body has been read: the source is no longer needed
    public boolean readAhead(Backlog ahead, long takenBytes) {
        in.loop().requireCurrent();
        Source reading = source;
        if (reading == null || sink == null) return ended;
        while (!ended) {
            if (decodeAhead()) return false; // Why: the sink gets the bytes before the fault.
            if (!ended && reading.isInputEnded()) {
                if (!decoder.endsWithInput()) return false;
                ended = decoder.inputEnded() == BodyDecoder.END;
            } else if (!ended && !(isShort(ahead, takenBytes) && readMore(reading, ahead))) {
                return false;
            }
        }
        return true;
    }

    /// Releases the source of a body that was read completely.
    ///
    /// @param holder the account on which its blocks are booked from now on
    public void leaveSource(Account holder) {
        in.loop().requireCurrent();
        if (!ended) throw new IllegalStateException("the body is not here whole");
        source = null;
        in.leaveSource(holder);
        Backlog ahead = sink == null ? null : sink.backlog();
        if (ahead != null) ahead.setAccount(holder, in.loop().nowNanos());
    }

    /// Decodes what has been read, so that it follows the pending bytes; true when it is faulty.
    private boolean decodeAhead() {
        if (in.isEmpty()) return false;
        if (pendingFrom < pendingTo && pendingTo < in.from()) in.moveDownTo(pendingTo);
        return decode();
    }

    /// Whether the body can be short, as far as is known. Of a chunked body only the current chunk is known.
    private boolean isShort(Backlog ahead, long takenBytes) {
        int waiting = pendingTo - pendingFrom + ahead.waitingBytes();
        return takenBytes + waiting + decoder.remaining() <= SHORT_BYTES;
    }

    /// Reads once more; false when there is nothing to read, or no room for it.
    private boolean readMore(Source reading, Backlog ahead) {
        if (!reading.isInputReady()) {
            reading.resumeInput();
            return false;
        }
        if (!makeRoom(ahead)) return false;
        boolean isPending = pendingFrom < pendingTo;
        int kept = isPending ? pendingFrom : in.from();
        if (in.heldBytes() > 0) in.consumedButKept(kept, in.from());
        Fill fill = in.tryFill();
        if (isPending) {
            int moved = kept - in.keptFrom();
            pendingFrom -= moved;
            pendingTo -= moved;
        }
        in.consumedTo(in.from());
        if (!isPending && in.isEmpty()) in.settle();
        if (fill == Fill.EMPTY && !reading.isInputReady()) reading.resumeInput();
        return fill == Fill.READ || fill == Fill.ENDED;
    }

    /// Makes room to read into: a full block of the inflow moves to the backlog and waits there for the sink.
    private boolean makeRoom(Backlog ahead) {
        if (in.hasRoom()) return true;
        if (ahead.heldBytes() + in.heldBytes() + BlockSize.NORMAL.bytes() > AHEAD_BYTES_MAX) return false;
        if (in.heldBytes() == 0) return in.takeSpare();
        if (ahead.isFull() || pendingFrom == pendingTo) return false;
        Buffer full = in.passOn(pendingFrom, pendingTo);
        if (full == null) return false;
        ahead.add(full);
        pendingFrom = pendingTo = in.from();
        return true;
    }
}
