package dev.weir.flow;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Moves bytes unchanged from an [Inflow] to a [Sink], until the source ends its side.
///
/// More is read only when everything that the sink took has left, so that the flow holds a block only while bytes
/// move. At most one block is read in a call, so that one busy connection does not delay its loop.
///
/// **Owns:** nothing; its inflow owns the block.
/// **Threads:** confined to its loop.
/// **Waits:** never waits; [#pump] returns what the flow needs, and is called again when that is there.
public final class ByteFlow {
    private final Inflow in;
    private @Nullable Source source;
    private @Nullable Sink sink;
    private boolean isMoved; // some byte was taken, when it says
    private long takenNanos;

    /// A flow out of `in`, whose [Inflow#begin] must be called before [#begin].
    public ByteFlow(Inflow in) {
        this.in = in;
    }

    /// Moves bytes from `from` to `to` from now on; first the bytes that the inflow holds already.
    public void begin(Source from, Sink to) {
        in.requireLoop();
        source = from;
        sink = to;
        isMoved = false;
    }

    /// Stops moving bytes.
    public void reset() {
        in.requireLoop();
        source = null;
        sink = null;
    }

    /// When a byte last moved.
    ///
    /// @param readNanos when a byte was last read
    /// @return the later of `readNanos` and the moment the sink last took a byte
    public long movedNanos(long readNanos) {
        in.requireLoop();
        return sink != null && isMoved && takenNanos - readNanos > 0 ? takenNanos : readNanos;
    }

    /// Moves as many bytes as can be moved now.
    public Need pump() {
        in.requireLoop();
        Source reading = source;
        Sink taking = sink;
        if (reading == null || taking == null) return Need.NOTHING;
        boolean mayRead = true;
        while (true) {
            if (!in.isEmpty() && !write(taking)) return Need.SINK_GONE;
            if (!in.isEmpty()) return paused(reading);
            if (!taking.isReady()) {
                // Why: a block granted while the sink filled up is empty, and others may wait for it.
                in.settle();
                return paused(reading);
            }
            // Why: the end may have been read before this call, and no readiness reports it again.
            if (reading.isInputEnded()) return Need.NOTHING;
            if (!mayRead || !reading.isInputReady() || in.loop().chance().rarely(FlowPoint.BODY_PAUSES)) {
                return watching(reading);
            }
            Need need = read(taking);
            if (need != null) return need == Need.INPUT ? watching(reading) : need;
            mayRead = false;
        }
    }

    private boolean write(Sink taking) {
        ByteBuffer bytes = in.bytes().limit(in.to()).position(in.from());
        int taken = taking.take(bytes);
        if (taken < 0) return false;
        if (taken > 0) {
            takenNanos = in.loop().nowNanos();
            isMoved = true;
        }
        // Why: a sink that is gone by now has let everything go.
        if (sink == null) return false;
        in.consumedTo(in.from() + taken);
        if (!in.isEmpty()) in.awaitSink(in.from());
        return true;
    }

    private @Nullable Need read(Sink taking) {
        if (!taking.takesLarge()) in.useNormalBlock();
        return switch (in.fill()) {
            case READ -> null;
            case ENDED -> Need.NOTHING;
            case EMPTY -> Need.INPUT;
            case WAITING -> Need.MEMORY;
            case FULL -> Need.SHORT;
            case BROKEN -> Need.CUT;
        };
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
}
