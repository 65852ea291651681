package dev.weir.http.server;

import dev.weir.connection.Connection;
import dev.weir.http.codec.Framing;
import dev.weir.http.codec.HeadLimits;
import dev.weir.http.flow.Inflow;
import dev.weir.memory.BlockSize;
import dev.weir.memory.MemoryBudget;
import dev.weir.memory.MemoryPlan;
import dev.weir.memory.Reservation;
import dev.weir.runtime.Drainable;
import dev.weir.runtime.EndReport;
import dev.weir.runtime.Weir;
import dev.weir.time.Deadline;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Runs a [BlockingHandler] for each request, on virtual threads that it counts.
///
/// **Owns:** the threads it started; they end with their exchanges. What they are charged, until it is closed or
/// its runtime is, and the last has returned.
/// **Threads:** thread-safe.
/// **Waits:** [#close] waits until its deadline; else it never waits, the handler does.
/// **Limits:** so many exchanges in flight, taken from the plan of the runtime; beyond it 503, and once it is
/// closed. As many handlers more may still run that have sent their answer and not returned. Half of them, at
/// least one, may wait for clients whose body has not come; beyond that a handler is started when the body is
/// whole or has filled a block, and 503 is answered when that takes longer than a second.
/// **Fails:** [#of] refuses a runtime whose plan has no [#charge] left for so many.
public final class BlockingHandlers implements LoopHandler {
    // Why: a thread that has answered may lose its core before it returns, several times in a row where few may be in
    // flight, and its client may ask again meanwhile.
    private static final int RETURNING_MIN = 16;
    private static final long RETURNING_BYTES = 2L * 2048;

    /// Heap bytes of one exchange in flight: its head, what was read and not asked for, what was written and not
    /// sent; and of one that was answered and whose handler has not returned.
    private static final long EXCHANGE_BYTES =
            3L * BlockSize.NORMAL.bytes() + 2L * ResponseBody.BUFFER_BYTES + AnswerHead.BYTES_MAX + RETURNING_BYTES;

    private static final String PURPOSE = "blocking exchanges";

    private final Weir weir;
    private final BlockingHandler handler;
    private final int inFlightMax;
    private final int headBytesMax;
    private final List<HandlerBatch> batches; // by the index of the loop
    private final Reservation reservation;
    private final Drainable ending = new OwnEnd();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger awaitingBodies = new AtomicInteger(); // of those in flight
    private volatile boolean isClosed;

    private BlockingHandlers(
            Weir weir, BlockingHandler handler, int inFlightMax, HeadLimits heads, Reservation reservation) {
        this.headBytesMax = Math.max(heads.bytesMax(), Inflow.HEAD_BYTES_MAX);
        this.weir = weir;
        this.handler = handler;
        this.inFlightMax = inFlightMax;
        this.reservation = reservation;
        var group = weir.group();
        this.batches = group.loops().stream()
                .map(loop -> new HandlerBatch(loop, group.threads()))
                .toList();
    }

    /// The line of the memory plan for so many exchanges in flight. Each that is made by [#of] takes its own
    /// part: where there are several, each needs its own charge.
    public static MemoryPlan.Line charge(int inFlightMax) {
        return charge(inFlightMax, HeadLimits.DEFAULT);
    }

    /// The same where a head may be longer than usual: each in flight has a copy of its own.
    ///
    /// @param heads the limits of the servers that hand it their requests
    public static MemoryPlan.Line charge(int inFlightMax, HeadLimits heads) {
        long more = (returningMax(inFlightMax) - inFlightMax) * RETURNING_BYTES;
        return new MemoryPlan.Line(
                PURPOSE, inFlightMax, EXCHANGE_BYTES + longer(heads) + Math.ceilDiv(more, inFlightMax));
    }

    /// What the copy of a head may take beyond the block that is charged for it, in bytes.
    private static long longer(HeadLimits heads) {
        return Math.max(0, heads.bytesMax() - Inflow.HEAD_BYTES_MAX);
    }

    /// How many may have answered and not returned.
    private static int returningMax(int inFlightMax) {
        return Math.max(inFlightMax, RETURNING_MIN);
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
    /// @param heads the limits of the servers that hand it their requests, as charged
    public static BlockingHandlers of(Weir weir, BlockingHandler handler, int inFlightMax, HeadLimits heads) {
        if (inFlightMax < 1) throw new IllegalArgumentException("inFlightMax must be at least 1, was " + inFlightMax);
        Reservation taken = reserve(weir.group().budget(), inFlightMax, heads);
        try {
            var handlers = new BlockingHandlers(weir, handler, inFlightMax, heads, taken);
            weir.endsWith(handlers.ending);
            return handlers;
        } catch (RuntimeException | Error failure) {
            taken.close();
            throw failure;
        }
    }

    /// Why: from its own line only. What a blocking exchange may hold is many times a connection.
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

    /// Ends in order, after the servers that hand it their requests: waits until the last handler has returned,
    /// then gives back what they were charged. Who comes later is answered 503.
    ///
    /// @return whether the last handler has returned
    /// @throws IllegalStateException when called from a loop or a handler
    public EndReport close(Deadline deadline) {
        return weir.end(ending, deadline);
    }

    /// How it ends with its runtime: a handler may go on after its answer, and closing waits for its return, too.
    private final class OwnEnd implements Drainable {
        @Override
        public void drain(Deadline deadline) {
            // Why: its servers let nothing new in.
        }

        @Override
        public boolean isDrained() {
            return running.get() == 0;
        }

        @Override
        public boolean owns(Connection connection) {
            return false;
        }

        @Override
        public void abort() {
            isClosed = true;
            giveBackWhenEmpty();
        }
    }

    /// Nobody begins any more and the last has returned: others may have what they were charged.
    private void giveBackWhenEmpty() {
        if (isClosed && running.get() == 0) reservation.close();
    }

    /// How many exchanges are in flight: neither answered nor left by their handlers.
    public int inFlight() {
        return inFlight.get();
    }

    @Override
    public int headBytesMax() {
        return headBytesMax;
    }

    @Override
    public void handle(ServerExchange exchange) {
        if (isBodyHere(exchange)) start(exchange, false);
        else if (tryAwaitBody()) start(exchange, true);
        else new BodyGathering(this, exchange).begin();
    }

    /// Starts a handler for a request whose body did not come in time to be gathered, if it may wait for it by
    /// now.
    void startSlow(ServerExchange exchange) {
        if (tryAwaitBody()) start(exchange, true);
        else refuse(exchange, End.TOO_MANY_SLOW);
    }

    /// Starts a handler.
    ///
    /// @param awaitsBody whether it counts among those that may wait for their client's body
    void start(ServerExchange exchange, boolean awaitsBody) {
        if (!enter()) {
            if (awaitsBody) bodyCame();
            refuse(exchange, End.TOO_MANY_IN_FLIGHT);
            return;
        }
        try {
            dispatch(exchange, awaitsBody);
        } catch (RuntimeException | Error failure) {
            if (awaitsBody) bodyCame();
            answered();
            returned();
            throw failure;
        }
    }

    private static void refuse(ServerExchange exchange, End how) {
        exchange.ending().note(how);
        exchange.refuse(StaticAnswers.of(503));
    }

    private boolean tryAwaitBody() {
        if (awaitingBodies.incrementAndGet() <= Math.max(1, inFlightMax / 2)) return true;
        awaitingBodies.decrementAndGet();
        return false;
    }

    private boolean enter() {
        if (inFlight.incrementAndGet() <= inFlightMax) {
            // Why: counted before it is asked, so that what it is charged is not given back under it.
            if (running.incrementAndGet() <= inFlightMax + returningMax(inFlightMax) && !isClosed) return true;
            returned();
        }
        inFlight.decrementAndGet();
        return false;
    }

    private void dispatch(ServerExchange exchange, boolean awaitsBody) {
        var copy = HeadCopy.of(exchange);
        // Why: the head is copied out, so that its block goes back before the handler runs.
        exchange.in().consumedTo(exchange.in().from());
        var running = new BlockingExchange(this, exchange, copy, awaitsBody);
        exchange.follow(running);
        if (isBodyBehindHead(exchange)) running.input().receiveWhole();
        batches.get(exchange.loop().index()).add(running);
    }

    private static boolean isBodyHere(ServerExchange exchange) {
        return exchange.head().framing() == Framing.NONE || isBodyBehindHead(exchange);
    }

    /// Whether the whole body came with the head: then it is copied out too.
    private static boolean isBodyBehindHead(ServerExchange exchange) {
        var head = exchange.head();
        int here = exchange.in().to() - exchange.in().from();
        return head.framing() == Framing.LENGTH && head.contentLength() <= here;
    }

    /// Whether nobody begins any more, and who runs is interrupted.
    boolean isClosed() {
        return isClosed;
    }

    Weir weir() {
        return weir;
    }

    BlockingHandler handler() {
        return handler;
    }

    /// The handler, as it calls itself.
    @Override
    public String toString() {
        return handler.toString();
    }

    /// One is answered: a client that sends its next request at once must find room for it, although the
    /// handler's thread may need a moment to return.
    void answered() {
        inFlight.decrementAndGet();
    }

    /// One that was started before its body has the body now, or is no longer in flight.
    void bodyCame() {
        awaitingBodies.decrementAndGet();
    }

    void returned() {
        running.decrementAndGet();
        giveBackWhenEmpty();
    }
}
