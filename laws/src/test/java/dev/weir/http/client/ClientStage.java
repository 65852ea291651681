package dev.weir.http.client;

import dev.weir.flow.Sink;
import dev.weir.http.codec.HeadLimits;
import dev.weir.http.codec.Method;
import dev.weir.http.codec.ResponseReader;
import dev.weir.pool.Origin;
import dev.weir.pool.PoolLimits;
import dev.weir.pool.Refusal;
import dev.weir.pool.RoundRobin;
import dev.weir.pool.exclusive.ConnectionCache;
import dev.weir.pool.exclusive.Lease;
import dev.weir.pool.exclusive.PoolEntry;
import dev.weir.runtime.Weir;
import dev.weir.testing.ManualLoops;
import dev.weir.testing.RawAcceptor;
import dev.weir.testing.Scene;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A client on a loop turned by hand, in memory: a pool of connections to one origin that the test plays.
final class ClientStage implements AutoCloseable {
    static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(20);
    static final Duration STALL_TIMEOUT = Duration.ofSeconds(5);
    private static final int CONNECTIONS_MAX = 2;

    final ManualLoops loops;
    final RawAcceptor origin;
    final ConnectionCache cache;
    private final ClientLoop shared;

    private ClientStage(ManualLoops loops, Weir weir, RawAcceptor origin, ConnectionCache cache) {
        this.loops = loops;
        this.origin = origin;
        this.cache = cache;
        this.shared =
                new ClientLoop(weir.group().loops().getFirst(), HeadLimits.DEFAULT, STALL_TIMEOUT.toNanos(), null);
    }

    static ClientStage open(Scene scene) {
        var loops = scene.inMemory();
        Weir weir = scene.closes(Weir.over(loops.group(), loops.network()));
        RawAcceptor origin = scene.closes(loops.listen());
        var limits = new PoolLimits(
                CONNECTIONS_MAX, 1, Duration.ofSeconds(5), Duration.ofSeconds(55), Duration.ofSeconds(2));
        var cache = ConnectionCache.open(new ConnectionCache.Settings(
                "web",
                List.of(new Origin.Address(origin.address(), "web")),
                limits,
                new RoundRobin(),
                weir.connections(),
                weir.network(),
                ClientConnection::new));
        return scene.closes(new ClientStage(loops, weir, origin, cache));
    }

    /// A request that may be sent in two attempts.
    Request get() {
        return new Request(Method.GET, "GET / HTTP/1.1\r\nHost: web\r\n\r\n");
    }

    Request post(String body) {
        String head = "POST / HTTP/1.1\r\nHost: web\r\nContent-Length: " + body.length() + "\r\n\r\n";
        return new Request(Method.POST, head + body);
    }

    /// Sends `request` over a connection of the pool.
    Request send(Request request) {
        request.exchange.begin(request.method, request, 2, true);
        request.borrow();
        return request;
    }

    @Override
    public void close() {
        cache.close();
        loops.turnUntilQuiet();
    }

    /// One request: it borrows a connection, sends bytes, collects the answer into an array, and ends its lease.
    final class Request extends Lease implements ClientListener, Sink {
        final Method method;
        final ClientExchange exchange = new ClientExchange(shared, this);
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        final List<Integer> interim = new ArrayList<>();
        int status;
        boolean reused;
        private final ByteBuffer bytes;

        /// How it ended; null while it has not.
        @Nullable
        String end;

        Request(Method method, String text) {
            super(shared.loop());
            this.method = method;
            this.bytes = ByteBuffer.allocateDirect(text.length());
            bytes.put(text.getBytes(StandardCharsets.US_ASCII)).flip();
        }

        Attempts.Outcome outcome() {
            return exchange.attempts().outcome();
        }

        int attempts() {
            return exchange.attempts().count();
        }

        /// Makes it ready to be sent once more, as a request of its own.
        void restart() {
            bytes.rewind();
            end = null;
        }

        private void borrow() {
            exchange.attempts().next();
            cache.borrow(this);
        }

        private void push() {
            if (exchange.take(bytes) == Sink.GONE) exchange.requestBroken();
            else if (!bytes.hasRemaining()) exchange.requestSent();
        }

        private void leave(boolean reusable) {
            exchange.leave(reusable);
            if (held() == null) return;
            if (reusable) giveBack();
            else discard();
        }

        private void end(boolean reusable, String how) {
            leave(reusable);
            exchange.end();
            end = how;
        }

        @Override
        protected boolean canRepeat() {
            return method.isSafe() && exchange.canRepeat();
        }

        @Override
        protected void borrowed(PoolEntry entry, boolean wasUsed) {
            reused = wasUsed;
            exchange.sendOver(ClientConnection.of(entry), wasUsed, clientKey());
            push();
        }

        @Override
        protected void refused(Refusal refusal) {
            if (exchange.mayTryAgain(refusal)) borrow();
            else end(false, refusal.name());
        }

        @Override
        public void requestWritable() {
            push();
        }

        @Override
        public boolean isRequestKept() {
            return method.isSafe();
        }

        @Override
        public long answerTimeoutNanos() {
            return ANSWER_TIMEOUT.toNanos();
        }

        @Override
        public boolean interim(ResponseReader head) {
            return interim.add(head.status());
        }

        @Override
        public boolean headReceived(ResponseReader head) {
            status = head.status();
            return true;
        }

        @Override
        public int take(ByteBuffer some) {
            int count = some.remaining();
            while (some.hasRemaining()) body.write(some.get());
            return count;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void ended(boolean reusable) {
            end(reusable, "ended");
        }

        @Override
        public void retry() {
            leave(false);
            bytes.rewind();
            wantFresh();
            borrow();
        }

        @Override
        public void failed(ClientFailure how, String words) {
            end(false, how.name());
        }
    }
}
