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

/// One direction of a relay: bytes as they are, from one connection to the other.
///
/// **Owns:** one block at most, and none while nothing moves.
/// **Threads:** confined to its loop.
/// **Waits:** never waits. Its source is not read while its target takes nothing.
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

    /// A direction without ends.
    ///
    /// @param urgency of what is read once it has both ends
    /// @param owner what usage reports call its blocks
    @SuppressWarnings("this-escape") // Why: a grant comes only after a read, and nothing is read before begin.
    Direction(Relay relay, EventLoop loop, Urgency urgency, String owner, RelayCounter counted) {
        this.relay = relay;
        this.counted = counted;
        this.urgency = urgency;
        this.owner = owner;
        // Why: until there is a target this is new work, whichever way it goes.
        this.in = new Inflow(loop, 0, Urgency.INTAKE, owner, this::pump);
        this.flow = new ByteFlow(in);
    }

    /// Reads from `source`, which has no target yet, for the sake of the client of that address.
    void setSource(Source.OfConnection source, long clientKey) {
        from = source;
        in.begin(source, clientKey);
    }

    /// Joins the source to `target`: from now on bytes move.
    void setTarget(Connection target) {
        to = target;
        in.setPurpose(owner, urgency);
        if (from != null) flow.begin(from, this);
    }

    /// Takes what the source sends before there is a target, as much as a block holds: only by reading is
    /// it seen whether the source is still there.
    void readAhead() {
        Source.OfConnection source = from;
        if (source == null) return;
        Fill fill = in.tryFill();
        in.settle();
        if (fill == Fill.BROKEN) source.connection().close(CloseReason.RESET);
        // Why: with the block full, or none to be had, there is nothing to do until the target is there.
        else if (fill == Fill.FULL || source.isInputReady()) source.pauseInput();
    }

    /// Moves what can be moved now.
    void pump() {
        Source.OfConnection source = from;
        if (source == null || to == null || ended) return;
        switch (flow.pump()) {
            case NOTHING -> finish();
            case CUT, FAULT, SHORT -> source.connection().close(CloseReason.RESET);
            // Why: a target that is gone was closed where that was seen.
            case INPUT, MEMORY, SINK, SINK_GONE -> {}
        }
    }

    private void finish() {
        ended = true;
        in.release();
        if (to != null) to.output().end();
        relay.directionEnded();
    }

    /// Whether the source has ended and the target has every byte and the end too.
    boolean isEnded() {
        return ended;
    }

    /// Bytes of the block it holds; 0 when it holds none.
    int heldBytes() {
        return in.heldBytes();
    }

    /// When a byte last moved this way, given when one was last read.
    long movedNanos(long readNanos) {
        return flow.movedNanos(readNanos);
    }

    /// Whether bytes are here, or cannot come for lack of memory: an end now would lose them.
    boolean isStuck() {
        return in.heldBytes() > 0 || in.isWaiting();
    }

    /// Gives everything back; nothing moves any more.
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
            // Why: the relay is told by the end of the connection, and resets the other side too.
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
