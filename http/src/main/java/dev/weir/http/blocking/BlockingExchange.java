package dev.weir.http.blocking;

import dev.weir.connection.CloseReason;
import dev.weir.flow.Need;
import dev.weir.http.server.End;
import dev.weir.http.server.ExchangeListener;
import dev.weir.http.server.ExchangeStream;
import dev.weir.http.server.StaticAnswers;
import dev.weir.loop.EventLoop;
import dev.weir.loop.FailureLog;
import dev.weir.loop.Mailbox;
import dev.weir.loop.Parking;
import dev.weir.loop.Threads;
import dev.weir.time.Deadline;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Connects a handler's thread with the loop of its connection: the thread asks for one operation at a time and
/// parks; the loop performs it and unparks the thread. Only a small whole answer is left to the loop, because
/// parking for it would cost two more context switches for each exchange.
///
/// **Owns:** the handler's thread, until it returns.
/// **Threads:** the loop's methods are confined to the loop; [#call] to the handler's thread.
/// **Waits:** [#call] parks the handler's thread until the loop is done, the client has left or a timeout has
/// passed; [#handOver] does not wait.
/// **Fails:** after the answer, or after the handler returned, the thread's methods throw [IllegalStateException].
final class BlockingExchange implements ExchangeListener, HandlerBridge {
    private static final FailureLog LOG = FailureLog.of(BlockingExchange.class);
    private static final int NAME_LETTERS_MAX = 100;

    private final BlockingHandler handler;
    private final InFlight inFlight;
    private final ExchangeStream exchange;
    private final EventLoop loop;
    private final Parking parking;
    private final BlockingInput input;
    private final BlockingOutput output;
    private final Request request;
    private final Response response;
    private final Mailbox.Node asking = new Mailbox.Node(this::step);
    private final Mailbox.Node givingUp = new Mailbox.Node(this::giveUp);
    private volatile @Nullable Thread thread;
    private volatile Operation operation = Operation.NONE; // written last by the asking thread
    private volatile State state = State.OPEN;
    private volatile String why = "";
    private volatile boolean handedOver; // the loop ends this exchange without the thread
    private final AtomicBoolean counted = new AtomicBoolean(true);
    private final AtomicBoolean awaitsBody; // counts among the exchanges that may wait for their bodies
    private @Nullable BlockingExchange behind; // began in the same turn; written before any thread is started

    private enum State {
        /// The handler may read and write.
        OPEN,
        /// The whole answer was sent.
        ANSWERED,
        /// The client has left or was refused.
        GONE,
        /// The handler has returned.
        ENDED
    }

    BlockingExchange(
            Parking parking,
            BlockingHandler handler,
            InFlight inFlight,
            ExchangeStream exchange,
            HeadCopy head,
            boolean awaitsBody) {
        this.handler = handler;
        this.inFlight = inFlight;
        this.exchange = exchange;
        this.awaitsBody = new AtomicBoolean(awaitsBody);
        this.loop = exchange.loop();
        this.parking = parking;
        this.input = new BlockingInput(this, exchange);
        this.output = new BlockingOutput(this, exchange);
        this.response = new Response(this, output, head);
        this.request = new Request(head, exchange.client().peer(), new RequestBody(input, response));
    }

    BlockingInput input() {
        return input;
    }

    /// Links `one`, which began in the same turn, behind this.
    void link(BlockingExchange one) {
        behind = one;
    }

    /// Removes and returns the exchange behind this; null when there is none.
    @Nullable
    BlockingExchange unlink() {
        BlockingExchange next = behind;
        behind = null;
        return next;
    }

    /// Starts the handler's thread, which first starts those of the exchanges behind this.
    ///
    /// @return false when no thread could be started: the exchange ends, and those behind it are not started
    boolean start(Threads threads) {
        String name = "handler of " + request.methodName() + " " + request.target();
        try {
            thread = threads.virtual(name.substring(0, Math.min(name.length(), NAME_LETTERS_MAX)), () -> run(threads));
            return true;
        } catch (RuntimeException | Error failure) { // Why: one that cannot start must not stop the others.
            LOG.error(loop, "a handler has not started", failure);
            leave();
            inFlight.returned();
            loop.post(new Mailbox.Node(this::refuseUnstarted));
            return false;
        }
    }

    private void startLinked(Threads threads) {
        for (BlockingExchange one = unlink(); one != null; ) {
            // Why: unlinked before it starts, because its thread must find no exchange behind it.
            BlockingExchange next = one.unlink();
            one.start(threads);
            one = next;
        }
    }

    private void refuseUnstarted() {
        if (state != State.OPEN) return;
        state = State.ANSWERED;
        exchange.ending().note(End.HANDLER_NOT_STARTED);
        exchange.refuse(StaticAnswers.of(500));
    }

    // ---- the handler's thread

    private void run(Threads threads) {
        thread = Thread.currentThread();
        try {
            startLinked(threads);
            // Why: if the client left before this thread began, there was no thread to interrupt.
            if (state == State.GONE) Thread.currentThread().interrupt();
            handler.handle(request, response);
            // Why: an interrupt status that the handler left set must not cut the end of its answer.
            Thread.interrupted();
            if (state == State.OPEN && !handedOver) response.finish();
        } catch (
                Throwable
                        failure) { // Why: this is the boundary of foreign code; a handler harms only its own exchange.
            failed(failure);
        } finally {
            // Why: if the client was lost while the answer was handed over, this thread has to leave.
            if (!handedOver || state == State.GONE) leave();
            if (!handedOver) state = State.ENDED;
            inFlight.returned();
        }
    }

    private static String threadName() {
        Thread current = Thread.currentThread();
        return current.getName().isEmpty() ? "virtual thread " + current.threadId() : "thread " + current.getName();
    }

    private void failed(Throwable failure) {
        if (state == State.GONE) return;
        // Why: a close at its deadline interrupts the handler before the loop could report that the client has left.
        boolean isCut = inFlight.isClosed() && isCausedByInterrupt(failure);
        if (!isCut) {
            // Why: the message names the thread, because another thread may write the log.
            String where = request.methodName() + " " + request.path();
            LOG.error(where, "a handler failed on " + threadName(), failure);
        }
        if (state != State.OPEN || handedOver) return;
        Thread.interrupted();
        try {
            call(Operation.FAIL);
        } catch (IOException left) {
            // Why: the client has left, and nobody else needs this answer.
        }
    }

    private static boolean isCausedByInterrupt(@Nullable Throwable failure) {
        return failure instanceof InterruptedException
                || failure instanceof InterruptedIOException
                || (failure instanceof UncheckedIOException && isCausedByInterrupt(failure.getCause()));
    }

    @Override
    public void call(Operation wanted) throws IOException {
        requireUsable();
        endCutCall();
        operation = wanted;
        boolean interrupted = false;
        if (loop.post(asking)) interrupted = awaitDone();
        else lost("the server is closed");
        if (interrupted) Thread.currentThread().interrupt();
        if (state == State.GONE) throw new IOException(why);
        if (interrupted && state == State.OPEN) throw new InterruptedIOException("interrupted while waiting");
    }

    /// Finishes a call that an error such as StackOverflowError has cut short.
    private void endCutCall() {
        if (operation == Operation.NONE) return;
        loop.post(asking);
        awaitDone();
    }

    @Override
    public void handOver() throws IOException {
        requireUsable();
        endCutCall();
        handedOver = true;
        operation = Operation.WRITE;
        if (loop.post(asking)) return;
        lost("the server is closed");
        throw new IOException(why);
    }

    /// Ends being in flight, once, on whichever side notices it first.
    private void leave() {
        stopAwaitingBody();
        if (counted.compareAndSet(true, false)) inFlight.answered();
    }

    private void stopAwaitingBody() {
        if (awaitsBody.compareAndSet(true, false)) inFlight.bodyArrived();
    }

    /// Waits until the operation is done, even if interrupted: until then the loop may use the caller's array.
    private boolean awaitDone() {
        boolean interrupted = false;
        while (true) {
            try {
                parking.awaitUntil(() -> operation == Operation.NONE, Deadline.NEVER);
                return interrupted;
            } catch (InterruptedException asked) {
                interrupted = true;
                if (!loop.post(givingUp)) lost("the server is closed");
            }
        }
    }

    @Override
    public void requireUsable() throws IOException {
        requireThread();
        if (handedOver) throw new IllegalStateException("the answer was sent already");
        switch (state) {
            case OPEN -> {}
            case GONE -> throw new IOException(why);
            case ANSWERED -> throw new IllegalStateException("the answer was sent already");
            case ENDED -> throw new IllegalStateException("the handler has returned: its exchange has ended");
        }
    }

    @Override
    public void requireThread() {
        Thread caller = Thread.currentThread();
        Thread owner = thread;
        if (caller == owner) return;
        throw new IllegalStateException("used on thread " + (caller.getName().isEmpty() ? caller : caller.getName())
                + ", but belongs to handler thread " + (owner == null ? "that has not begun" : owner.getName()));
    }

    // ---- the loop

    @Override
    public boolean isWaitingFor(Operation what) {
        return state == State.OPEN && operation == what;
    }

    @Override
    public void finished() {
        operation = Operation.NONE;
        if (handedOver) return;
        Thread waiting = thread;
        if (waiting != null) parking.unpark(waiting);
    }

    @Override
    public void answered() {
        state = State.ANSWERED;
        leave();
        exchange.complete();
        finished();
    }

    @Override
    public void askAgain() {
        loop.post(asking);
    }

    @Override
    public void discardRest() {
        input.discardRest();
    }

    private void step() {
        if (operation == Operation.NONE) return;
        if (state != State.OPEN) {
            if (handedOver) leave();
            finished();
            return;
        }
        try {
            advance();
        } catch (Throwable failure) { // Why: whatever fails here, the waiting thread must be woken up.
            LOG.error(loop, "an exchange failed", failure);
            if (state == State.OPEN) exchange.abort(CloseReason.BROKEN);
            lost("the exchange failed");
            finished();
        }
    }

    private void advance() {
        switch (operation) {
            case READ -> input.advance();
            case WRITE -> output.advance();
            case FAIL -> fail();
            case NONE -> {}
        }
    }

    private void fail() {
        state = State.ANSWERED;
        leave();
        output.release();
        exchange.ending().note(End.HANDLER_FAILED);
        exchange.refuse(StaticAnswers.of(500));
        finished();
    }

    /// Ends the operation of an interrupted thread: a read ends without bytes; a write that is cut resets the
    /// connection.
    private void giveUp() {
        if (state != State.OPEN) return;
        if (operation == Operation.READ) {
            input.stop();
            finished();
        } else if (operation == Operation.WRITE) {
            exchange.abort(CloseReason.CLOSED);
        }
    }

    @Override
    public void bodyEnded(Need how) {
        if (how == Need.NOTHING) {
            stopAwaitingBody();
            input.bodyEnded();
        } else {
            lost("the request's body was cut or broke the protocol");
        }
    }

    @Override
    public void writable() {
        step();
    }

    @Override
    public void inputEnded() {
        // Why: a client that has sent a whole request may end its side and still read the answer.
    }

    @Override
    public void stalled() {
        boolean memory = output.isWaiting();
        if (memory) output.stopWaiting();
        lost("time ran out");
        if (!memory) return;
        exchange.ending().note(End.NO_MEMORY_IN_TIME, End.Phase.HEAD);
        exchange.refuse(StaticAnswers.of(503));
    }

    @Override
    public void endForMemory() {
        lost(End.STARVED.words());
    }

    @Override
    public String unfinished() {
        String line = request.methodName() + " " + request.target();
        return line.substring(0, Math.min(line.length(), NAME_LETTERS_MAX));
    }

    @Override
    public int heldForClient() {
        return output.heldBytes();
    }

    @Override
    public void gone(CloseReason reason) {
        lost("the connection has ended: " + reason);
    }

    private void lost(String words) {
        if (state != State.OPEN) return;
        why = words;
        state = State.GONE;
        input.stop();
        output.release();
        if (handedOver) leave();
        finished();
        Thread running = thread;
        if (running != null) running.interrupt();
    }
}
