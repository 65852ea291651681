package dev.weir.gateway.tcp;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.flow.ByteFlow;
import dev.weir.flow.Fill;
import dev.weir.flow.Inflow;
import dev.weir.flow.Sink;
import dev.weir.flow.Source;
import dev.weir.loop.EventLoop;
import dev.weir.memory.block.Urgency;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// One direction of a relay: copies bytes unchanged from one connection to the other.
///
/// **Owns:** one block at most, and none while nothing moves.
/// **Threads:** confined to its loop.
/// **Waits:** never waits. The source is not read while the target has no room.
final class Direction implements Sink {
    private final Relay relay;
    private final RelayCounter counted;
    private final Urgency urgency;
    private final String owner;
    private final Inflow in;
    private final ByteFlow flow;
    private Source.@Nullable OfConnection from;
    private @Nullable Connection to;
    private boolean ended;

    /// A direction without source and target.
    ///
    /// @param urgency of reads once it has source and target
    /// @param owner the purpose of its blocks in reports
    @SuppressWarnings("this-escape") // Why: a grant comes only after a read, and nothing is read before begin.
    Direction(Relay relay, EventLoop loop, Urgency urgency, String owner, RelayCounter counted) {
        this.relay = relay;
        this.counted = counted;
        this.urgency = urgency;
        this.owner = owner;
        // Why: without a target this is new work, in either direction.
        this.in = new Inflow(loop, 0, Urgency.INTAKE, owner, this::pump);
        this.flow = new ByteFlow(in);
    }

    /// Sets the source. There is no target yet; reads count for the client of that address.
    void setSource(Source.OfConnection source, long clientKey) {
        from = source;
        in.begin(source, clientKey);
    }

    /// Sets the target: from now on bytes move.
    void setTarget(Connection target) {
        to = target;
        in.setPurpose(owner, urgency);
        if (from != null) flow.begin(from, this);
    }

    /// Reads up to a block from the source before there is a target, because only reading shows whether the
    /// source is still connected.
    void readAhead() {
        Source.OfConnection source = from;
        if (source == null) return;
        Fill fill = in.tryFill();
        in.settle();
        if (fill == Fill.BROKEN) source.connection().close(CloseReason.RESET);
        // Why: with a full block, or without a block, there is nothing to do until there is a target.
        else if (fill == Fill.FULL || source.isInputReady()) source.pauseInput();
    }

    /// Moves what can be moved now.
    void pump() {
        Source.OfConnection source = from;
        if (source == null || to == null || ended) return;
        switch (flow.pump()) {
            case NOTHING -> finish();
            case CUT, FAULT, SHORT -> source.connection().close(CloseReason.RESET);
            // Why: a broken target was closed where that was detected.
            case INPUT, MEMORY, SINK, SINK_GONE -> {}
        }
    }

    private void finish() {
        ended = true;
        in.release();
        if (to != null) to.output().end();
        relay.directionEnded();
    }

    /// Whether the source has ended and the target has received every byte and the end.
    boolean isEnded() {
        return ended;
    }

    /// Bytes of the block it holds; 0 when it holds none.
    int heldBytes() {
        return in.heldBytes();
    }

    /// When a byte last moved in this direction, given when one was last read.
    long movedNanos(long readNanos) {
        return flow.movedNanos(readNanos);
    }

    /// Whether bytes are held, or cannot be read for lack of memory: closing now would lose them.
    boolean isStuck() {
        return in.heldBytes() > 0 || in.isWaiting();
    }

    /// Releases everything; nothing moves any more.
    void release() {
        ended = true;
        from = null;
        to = null;
        flow.reset();
        in.release();
    }

    // ---- the target, as the flow sees it

    @Override
    public int take(ByteBuffer bytes) {
        Connection target = to;
        if (target == null) return GONE;
        int taken = target.output().write(bytes);
        if (taken < 0) {
            // Why: the end of the connection notifies the relay, which resets the other side too.
            target.close(CloseReason.RESET);
            return GONE;
        }
        relay.count(counted, taken);
        return taken;
    }

    @Override
    public boolean isReady() {
        return to != null && to.output().askRoom();
    }
}
