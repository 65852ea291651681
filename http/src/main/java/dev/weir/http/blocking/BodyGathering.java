package dev.weir.http.blocking;

import dev.weir.connection.CloseReason;
import dev.weir.flow.Need;
import dev.weir.http.server.End;
import dev.weir.http.server.ExchangeListener;
import dev.weir.http.server.ExchangeStream;
import dev.weir.http.server.PathEnd;
import dev.weir.time.Timer;
import java.nio.ByteBuffer;

/// Gathers a request's body before a handler is started for it, because the handlers that may wait for slow
/// clients are all taken: it is started when the body is whole or has filled a block, or refused when it has
/// come in neither way within a second.
///
/// **Owns:** its timer, until it has started a handler, refused the request or its connection has ended.
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
        // Why: what comes before the handler reads would be told again and again, and nobody would take it.
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
        // Why: the body is moved only when a handler reads it, who then follows instead.
    }

    @Override
    public void writable() {
        // Why: nothing is written before a handler is started.
    }

    @Override
    public void inputEnded() {
        // Why: told only after a whole request, for which a handler has been started.
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
