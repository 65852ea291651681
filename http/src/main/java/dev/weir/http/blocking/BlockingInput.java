package dev.weir.http.blocking;

import dev.weir.flow.Sink;
import dev.weir.http.codec.BodyDecoder;
import dev.weir.http.codec.Framing;
import dev.weir.http.codec.HeadEncoder;
import dev.weir.http.server.ExchangeStream;
import dev.weir.loop.EventLoop;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// Passes a request's body to the thread of its handler: the loop copies the content of a block into the
/// handler's array and the rest into one of its own, so that the block is returned at once.
///
/// **Threads:** confined to the loop while the handler waits for it, else to the handler's thread.
/// **Limits:** keeps at most the content of one block.
final class BlockingInput implements Sink, EventLoop.TurnEnd {
    /// The interim answer that lets the client send its body.
    static final byte[] CONTINUE = HeadEncoder.ascii("HTTP/1.1 100 Continue\r\n\r\n");
    private static final byte[] NOTHING = new byte[0];

    private final HandlerBridge owner;
    private final ExchangeStream exchange;
    private byte[] target = NOTHING;
    private int targetAt;
    private int targetTo;
    private int taken;
    private byte[] kept = NOTHING;
    private int keptFrom;
    private int keptTo;
    private boolean taking;
    private boolean begun;
    private boolean ended;
    private boolean discarded;

    BlockingInput(HandlerBridge owner, ExchangeStream exchange) {
        this.owner = owner;
        this.exchange = exchange;
        this.ended = exchange.head().framing() == Framing.NONE;
    }

    // ---- the handler's thread

    /// Bytes that can be read without waiting.
    int left() {
        return keptTo - keptFrom;
    }

    boolean mustWait() {
        return left() == 0 && !ended && !discarded;
    }

    int read(byte[] into, int from, int count) throws IOException {
        owner.requireUsable();
        if (left() > 0) return fromKept(into, from, count);
        if (ended) return -1;
        if (discarded) {
            throw new IOException("an error was answered before the request's body was read, and its rest is gone");
        }
        target = into;
        targetAt = from;
        targetTo = from + count;
        taken = 0;
        owner.call(HandlerBridge.Operation.READ);
        return taken > 0 ? taken : -1;
    }

    private int fromKept(byte[] into, int from, int count) {
        int copied = Math.min(count, left());
        System.arraycopy(kept, keptFrom, into, from, copied);
        keptFrom += copied;
        if (left() == 0) forget();
        return copied;
    }

    private void forget() {
        kept = NOTHING;
        keptFrom = keptTo = 0;
    }

    // ---- the loop

    /// Takes a body that has arrived already, before the handler is started.
    void receiveWhole() {
        taking = true;
        begun = true;
        exchange.receiveBody(BodyDecoder.Mode.DATA, this);
        taking = false;
    }

    /// Discards the rest of the body, because an error is being answered.
    void discardRest() {
        if (ended || exchange.body().isReceived()) return;
        discarded = true;
        exchange.body().discard();
    }

    /// Reads on for a waiting handler.
    void advance() {
        if (!begun && !begin()) return;
        taking = taken == 0;
        exchange.body().pump();
    }

    private boolean begin() {
        boolean expected = exchange.head().expectsContinue() && !exchange.isAnswerBegun();
        if (expected && exchange.body().in().isEmpty()) {
            ByteBuffer out = exchange.output(CONTINUE.length);
            if (out == null) {
                exchange.awaitPeer();
                return false;
            }
            out.put(CONTINUE);
        }
        begun = true;
        exchange.body().prepare(BodyDecoder.Mode.DATA, this);
        return true;
    }

    @Override
    public int take(ByteBuffer bytes) {
        if (!taking) return 0;
        int count = bytes.remaining();
        int direct = Math.min(count, targetTo - targetAt);
        bytes.get(target, targetAt, direct);
        targetAt += direct;
        taken += direct;
        keep(bytes);
        // Why: at the end of the turn, because the flow may bring another piece of this block.
        if (count > 0) exchange.loop().atTurnEnd(this);
        return count;
    }

    private void keep(ByteBuffer bytes) {
        int count = bytes.remaining();
        if (count == 0) return;
        if (kept.length - keptTo < count) kept = Arrays.copyOf(kept, keptTo + count);
        bytes.get(kept, keptTo, count);
        keptTo += count;
    }

    @Override
    public boolean takesLarge() {
        return false;
    }

    @Override
    public boolean isReady() {
        return taking && taken == 0;
    }

    void bodyEnded() {
        ended = true;
        exchange.loop().atTurnEnd(this);
    }

    @Override
    public void turnEnds() {
        if (!owner.isWaitingFor(HandlerBridge.Operation.READ) || (taken == 0 && !ended)) return;
        taking = false;
        target = NOTHING;
        targetAt = targetTo = 0;
        exchange.body().in().settle();
        owner.finished();
    }

    /// Stops using the handler's array.
    void stop() {
        taking = false;
        target = NOTHING;
        targetAt = targetTo = 0;
    }
}
