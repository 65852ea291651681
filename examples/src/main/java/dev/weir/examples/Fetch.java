package dev.weir.examples;

import dev.weir.flow.Sink;
import dev.weir.http.client.ClientConnection;
import dev.weir.http.client.ClientExchange;
import dev.weir.http.client.ClientFailure;
import dev.weir.http.client.ClientListener;
import dev.weir.http.client.ClientLoop;
import dev.weir.http.codec.Method;
import dev.weir.http.codec.ResponseReader;
import dev.weir.pool.Refusal;
import dev.weir.pool.exclusive.ConnectionCache;
import dev.weir.pool.exclusive.Lease;
import dev.weir.pool.exclusive.PoolEntry;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/// The client of docs/library/outcomes.md: one GET through a pool of connections, and what became of it.
///
/// **Threads:** confined to the loop of its lease.
final class Fetch extends Lease implements ClientListener, Sink {
    private static final int ATTEMPTS_MAX = 3;
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);

    private final ConnectionCache pool;
    private final ClientExchange exchange;
    private final ByteBuffer request;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final CompletableFuture<Result> result = new CompletableFuture<>();
    private int status;

    // snippet: outcomes-result
    /// What became of a request.
    sealed interface Result {
        record Replied(int status, String body) implements Result {}

        record NotSent(String why) implements Result {}

        record MaybeProcessed(String why) implements Result {}
    }
    // end

    Fetch(ClientLoop client, ConnectionCache pool, String host, String path) {
        super(client.loop());
        this.pool = pool;
        this.exchange = new ClientExchange(client, this);
        byte[] head = ("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        this.request = ByteBuffer.allocateDirect(head.length).put(head).flip();
    }

    /// Sends the request.
    CompletableFuture<Result> send() {
        exchange.begin(Method.GET, this, ATTEMPTS_MAX, true);
        borrow();
        return result;
    }

    private void borrow() {
        exchange.attempts().next();
        pool.borrow(this);
    }

    @Override
    protected void borrowed(PoolEntry entry, boolean reused) {
        exchange.sendOver(ClientConnection.of(entry), reused, clientKey());
        requestWritable();
    }

    @Override
    public void requestWritable() {
        if (exchange.take(request) == Sink.GONE) exchange.requestBroken();
        else if (!request.hasRemaining()) exchange.requestSent();
    }

    @Override
    public boolean isRequestKept() {
        return true;
    }

    @Override
    protected boolean canRepeat() {
        return exchange.canRepeat();
    }

    @Override
    public long answerTimeoutNanos() {
        return ANSWER_TIMEOUT.toNanos();
    }

    @Override
    public boolean headReceived(ResponseReader head) {
        status = head.status();
        return true;
    }

    @Override
    public int take(ByteBuffer bytes) {
        int count = bytes.remaining();
        while (bytes.hasRemaining()) body.write(bytes.get());
        return count;
    }

    @Override
    public boolean isReady() {
        return true;
    }

    // snippet: outcomes-client
    @Override
    protected void refused(Refusal refusal) {
        if (exchange.mayTryAgain(refusal)) borrow(); // another origin may be reachable
        else end(false, refusal.name());
    }

    @Override
    public void retry() { // nothing was sent, or a safe request met a connection that the origin had closed
        leave(false);
        request.rewind();
        borrow();
    }

    @Override
    public void ended(boolean reusable) {
        end(reusable, "");
    }

    @Override
    public void failed(ClientFailure how, String words) {
        end(false, words);
    }

    private void end(boolean reusable, String why) {
        leave(reusable);
        exchange.end();
        result.complete(
                switch (exchange.attempts().outcome()) {
                    case REPLIED -> new Result.Replied(status, body.toString(StandardCharsets.UTF_8));
                    case NOT_SENT -> new Result.NotSent(why);
                    case MAYBE_PROCESSED -> new Result.MaybeProcessed(why);
                });
    }

    private void leave(boolean reusable) {
        exchange.leave(reusable);
        if (held() == null) return;
        if (reusable) giveBack();
        else discard();
    }
    // end
}
