package dev.weir.flow;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Moves bytes as they are from an [Inflow] to a [Sink], until the source ends its side.
///
/// More is read only when the sink has let go of everything before: then the flow holds a block only while bytes
/// move. At most one block is read per call, so that one busy connection does not hold up its loop.
///
/// **Owns:** nothing but what its inflow owns.
/// **Threads:** confined to its loop.
/// **Waits:** never waits; it says what it needs and is pumped again.
public final class ByteFlow {
    private final Inflow in;
    private @Nullable Source source;
    private @Nullable Sink sink;
    private boolean isMoved; // some byte was taken, when it says
    private long takenNanos;

    /// A flow out of `in`, which has begun with what it reads, or will have when this begins.
    public ByteFlow(Inflow in) {
        this.in = in;
    }

    /// Moves bytes from `from` to `to` from now on; first what the inflow holds already.
    public void begin(Source from, Sink to) {
        in.requireLoop();
        source = from;
        sink = to;
        isMoved = false;
    }

    /// Moves nothing more.
    public void reset() {
        in.requireLoop();
        source = null;
        sink = null;
    }

    /// When a byte last moved.
    ///
    /// @param readNanos when one was last read
    /// @return that, or when the sink last took one, whichever is later
    public long movedNanos(long readNanos) {
        in.requireLoop();
        return sink != null && isMoved && takenNanos - readNanos > 0 ? takenNanos : readNanos;
    }

    /// Moves what can be moved now.
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
                // Why: a block granted while the sink filled up holds nothing, and others may wait for it.
                in.settle();
                return paused(reading);
            }
            // Why: the end may have been read while nobody pumped; no readiness reports it again.
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
