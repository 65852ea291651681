package dev.weir.http.blocking;

import dev.weir.connection.CloseReason;
import dev.weir.flow.Need;
import dev.weir.http.server.End;
import dev.weir.http.server.ExchangeListener;
import dev.weir.http.server.ExchangeStream;
import dev.weir.http.server.PathEnd;
import dev.weir.time.Timer;
import java.nio.ByteBuffer;

/// Gathers a request's body before its handler is started, because all handlers that may wait for slow clients
/// are taken. The handler is started when the body is complete or has filled a block; the request is refused
/// when neither happens within a second.
///
/// **Owns:** its timer, until a handler was started, the request was refused, or the connection has ended.
/// **Threads:** confined to the connection's loop.
final class BodyGathering implements ExchangeListener {
    private static final long GATHER_NANOS = 1_000_000_000L;

    private final BlockingHandlers handlers;
    private final ExchangeStream exchange;
    private final Timer timer = new Timer(this::timeIsUp);
    private boolean isOver;

    BodyGathering(BlockingHandlers handlers, ExchangeStream exchange) {
        this.handlers = handlers;
        this.exchange = exchange;
    }

    void begin() {
        if (exchange.head().expectsContinue() && !tellToContinue()) {
            handlers.startSlow(exchange);
            return;
        }
        exchange.setListener(this);
        exchange.loop().schedule(timer, GATHER_NANOS);
        gather();
    }

    /// Why: a client that expects 100 sends nothing before, and nothing could be gathered.
    private boolean tellToContinue() {
        ByteBuffer out = exchange.output(BlockingInput.CONTINUE.length);
        if (out == null) return false;
        out.put(BlockingInput.CONTINUE);
        return true;
    }

    private void gather() {
        switch (exchange.body().gather()) {
            case WHOLE, FULL -> {
                end();
                handlers.start(exchange, false);
            }
            case PART -> {}
            case CUT -> {
                end();
                exchange.ending().note(End.CLIENT_CUT);
                exchange.path().end(PathEnd.NOW, CloseReason.PEER_LEFT);
            }
        }
    }

    private void timeIsUp() {
        if (isOver) return;
        end();
        // Why: input that arrives before the handler reads would be reported again and again, and nobody would take it.
        exchange.body().endGathering();
        handlers.startSlow(exchange);
    }

    private void end() {
        isOver = true;
        exchange.loop().wheel().cancel(timer);
    }

    @Override
    public void bodyArrived() {
        if (!isOver) gather();
    }

    @Override
    public void bodyEnded(Need how) {
        // Why: the body is moved only when a handler reads it, and then another listener is set.
    }

    @Override
    public void writable() {
        // Why: nothing is written before a handler is started.
    }

    @Override
    public void inputEnded() {
        // Why: called only after a whole request, and then a handler was started.
    }

    @Override
    public void stalled() {
        end();
    }

    @Override
    public void gone(CloseReason reason) {
        end();
    }
}
