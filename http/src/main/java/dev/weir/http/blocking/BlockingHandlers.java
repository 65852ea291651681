package dev.weir.http.blocking;

import dev.weir.connection.Connection;
import dev.weir.http.codec.Framing;
import dev.weir.http.codec.HeadLimits;
import dev.weir.http.flow.HeadBlocks;
import dev.weir.http.server.AnswerHead;
import dev.weir.http.server.End;
import dev.weir.http.server.ExchangeStream;
import dev.weir.http.server.LoopHandler;
import dev.weir.http.server.ServerExchange;
import dev.weir.http.server.StaticAnswers;
import dev.weir.loop.CloseReport;
import dev.weir.memory.MemoryBudget;
import dev.weir.memory.MemoryPlan;
import dev.weir.memory.Reservation;
import dev.weir.memory.block.BlockSize;
import dev.weir.runtime.Drainable;
import dev.weir.runtime.Weir;
import dev.weir.time.Deadline;
import java.util.List;

/// Runs a [BlockingHandler] for each request, on virtual threads that it counts.
/// **Owns:** the threads that it started, which end with their exchanges; and their charges, until it or its
/// runtime is closed and the last handler has returned.
/// **Threads:** thread-safe.
/// **Waits:** [#close] waits until its deadline; nothing else here waits, only the handlers do.
/// **Limits:** a number of exchanges in flight, charged to the plan of the runtime; over it, and after it was
/// closed, 503 is answered. As many handlers again may still run that have sent their answer and not returned.
/// Half of the exchanges in flight, at least one, may wait for a client's body; over that a handler is started
/// only when the body is complete or has filled a block, and 503 is answered when that takes longer than a
/// second.
/// **Fails:** [#of] throws [IllegalArgumentException] when the plan of the runtime has not enough of [#charge]
/// left.
public final class BlockingHandlers implements LoopHandler {
    private static final long RETURNING_BYTES = 2L * 2048;

    /// Heap bytes of one exchange in flight (its head, input that was read ahead, output that was not sent) and
    /// of one that was answered and whose handler has not returned.
    private static final long EXCHANGE_BYTES =
            3L * BlockSize.NORMAL.bytes() + 2L * ResponseBody.BUFFER_BYTES + AnswerHead.BYTES_MAX + RETURNING_BYTES;

    private static final String PURPOSE = "blocking exchanges";

    private final Weir weir;
    private final BlockingHandler handler;
    private final int headBytesMax;
    private final List<HandlerBatch> batches; // by the index of the loop
    private final InFlight inFlight;
    private final Drainable ending = new OwnEnd();

    private BlockingHandlers(
            Weir weir, BlockingHandler handler, int inFlightMax, HeadLimits heads, Reservation reservation) {
        this.headBytesMax = Math.max(heads.bytesMax(), HeadBlocks.HEAD_BYTES_MAX);
        this.weir = weir;
        this.handler = handler;
        this.inFlight = new InFlight(inFlightMax, reservation);
        var group = weir.group();
        this.batches = group.loops().stream()
                .map(loop -> new HandlerBatch(loop, group.threads()))
                .toList();
    }

    /// The line of the memory plan for a number of exchanges in flight. Each [BlockingHandlers] takes its own
    /// part: several need one charge each.
    public static MemoryPlan.Line charge(int inFlightMax) {
        return charge(inFlightMax, HeadLimits.DEFAULT);
    }

    /// The same for longer heads than usual: each exchange in flight has its own copy.
    ///
    /// @param heads the limits of the servers that pass it their requests
    public static MemoryPlan.Line charge(int inFlightMax, HeadLimits heads) {
        long more = (InFlight.returningMax(inFlightMax) - inFlightMax) * RETURNING_BYTES;
        return new MemoryPlan.Line(
                PURPOSE, inFlightMax, EXCHANGE_BYTES + longer(heads) + Math.ceilDiv(more, inFlightMax));
    }

    /// How many bytes the copy of a head may take beyond the block that is charged for it.
    private static long longer(HeadLimits heads) {
        return Math.max(0, heads.bytesMax() - HeadBlocks.HEAD_BYTES_MAX);
    }

    /// Makes a loop handler of a blocking one.
    ///
    /// @param inFlightMax exchanges in flight at once, at least 1
    /// @throws IllegalArgumentException when `weir` was opened without [#charge] for so many, or others have
    ///     taken it
    /// @throws IllegalStateException when `weir` is closed or closing
    public static BlockingHandlers of(Weir weir, BlockingHandler handler, int inFlightMax) {
        return of(weir, handler, inFlightMax, HeadLimits.DEFAULT);
    }

    /// The same for servers that allow longer heads than usual.
    ///
    /// @param heads the limits of the servers that pass it their requests, as charged
    public static BlockingHandlers of(Weir weir, BlockingHandler handler, int inFlightMax, HeadLimits heads) {
        if (inFlightMax < 1) throw new IllegalArgumentException("inFlightMax must be at least 1, was " + inFlightMax);
        Reservation taken = reserve(weir.group().budget(), inFlightMax, heads);
        try {
            var handlers = new BlockingHandlers(weir, handler, inFlightMax, heads, taken);
            weir.register(handlers.ending);
            return handlers;
        } catch (RuntimeException | Error failure) {
            taken.close();
            throw failure;
        }
    }

    /// Reserves from its own line only. Why: a blocking exchange may hold many times as much as a connection.
    private static Reservation reserve(MemoryBudget budget, int inFlightMax, HeadLimits heads) {
        MemoryPlan.Line wanted = charge(inFlightMax, heads);
        Reservation taken = budget.tryReserve(List.of(wanted));
        if (taken != null) return taken;
        long left = budget.unreservedBytes(PURPOSE) / wanted.eachBytes();
        throw new IllegalArgumentException(
                "the memory plan has room for " + left + " more " + PURPOSE + ", not for " + inFlightMax
                        + ": open the runtime with WeirSettings.withCharge(BlockingHandlers.charge(" + inFlightMax
                        + ")), once for each BlockingHandlers, and a budget of as many bytes more ("
                        + wanted.bytes() + ")");
    }

    /// Closes gracefully: waits until the last handler has returned, then gives back the charges. Later
    /// requests are answered 503. Close the servers that pass it their requests first.
    ///
    /// @return what is left: handlers that have not returned; the balance is of the whole runtime
    /// @throws IllegalStateException when called from a loop or a handler
    public CloseReport close(Deadline deadline) {
        return weir.end(ending, deadline);
    }

    /// Lets it close with its runtime: a handler may go on after its answer, and closing also waits for its return.
    private final class OwnEnd implements Drainable {
        @Override
        public void drain(Deadline deadline) {
            // Why: its servers stop accepting.
        }

        @Override
        public boolean isDrained() {
            return inFlight.isEmpty();
        }

        @Override
        public List<String> survivors() {
            return isDrained() ? List.of() : List.of(inFlight.count() + " blocking handlers that have not returned");
        }

        @Override
        public boolean owns(Connection connection) {
            return false;
        }

        @Override
        public void abort() {
            inFlight.close();
        }
    }

    /// How many exchanges are in flight: not answered, and their handlers have not returned.
    public int inFlight() {
        return inFlight.count();
    }

    @Override
    public int headBytesMax() {
        return headBytesMax;
    }

    @Override
    public void handle(ServerExchange answered) {
        ExchangeStream exchange = answered.stream();
        if (isBodyHere(exchange)) start(exchange, false);
        else if (inFlight.tryAwaitBody()) start(exchange, true);
        else new BodyGathering(this, exchange).begin();
    }

    /// Starts a handler for a request whose body could not be gathered in time, if a handler may wait for it by
    /// now.
    void startSlow(ExchangeStream exchange) {
        if (inFlight.tryAwaitBody()) start(exchange, true);
        else refuse(exchange, End.TOO_MANY_SLOW);
    }

    /// Starts a handler.
    ///
    /// @param awaitsBody whether it counts among the handlers that may wait for a client's body
    void start(ExchangeStream exchange, boolean awaitsBody) {
        if (!inFlight.enter()) {
            if (awaitsBody) inFlight.bodyArrived();
            refuse(exchange, End.TOO_MANY_IN_FLIGHT);
            return;
        }
        try {
            dispatch(exchange, awaitsBody);
        } catch (RuntimeException | Error failure) {
            if (awaitsBody) inFlight.bodyArrived();
            inFlight.answered();
            inFlight.returned();
            throw failure;
        }
    }

    private static void refuse(ExchangeStream exchange, End how) {
        exchange.ending().note(how);
        exchange.refuse(StaticAnswers.of(503));
    }

    private void dispatch(ExchangeStream exchange, boolean awaitsBody) {
        var copy = HeadCopy.of(exchange);
        // Why: the head was copied, so that its block is returned before the handler runs.
        exchange.body().in().consumedTo(exchange.body().in().from());
        var running = new BlockingExchange(weir.group().parking(), handler, inFlight, exchange, copy, awaitsBody);
        exchange.setListener(running);
        if (isBodyBehindHead(exchange)) running.input().receiveWhole();
        batches.get(exchange.loop().index()).add(running);
    }

    private static boolean isBodyHere(ExchangeStream exchange) {
        return exchange.head().framing() == Framing.NONE || isBodyBehindHead(exchange);
    }

    /// Whether the whole body came with the head; it is copied, too, then.
    private static boolean isBodyBehindHead(ExchangeStream exchange) {
        var head = exchange.head();
        int here = exchange.body().in().to() - exchange.body().in().from();
        return head.framing() == Framing.LENGTH && head.contentLength() <= here;
    }

    /// The handler's own text.
    @Override
    public String toString() {
        return handler.toString();
    }
}
