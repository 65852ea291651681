package dev.weir.http.server;

import dev.weir.connection.CloseReason;
import dev.weir.flow.Need;
import dev.weir.flow.Sink;
import dev.weir.http.codec.BodyDecoder;
import java.nio.ByteBuffer;

/// Takes a body whole and answers with its length.
final class BodyCounter implements ExchangeListener, Sink {
    private final ServerExchange exchange;
    private long count;

    BodyCounter(ServerExchange exchange) {
        this.exchange = exchange;
    }

    void begin() {
        exchange.setListener(this);
        exchange.receiveBody(BodyDecoder.Mode.DATA, this);
    }

    @Override
    public int take(ByteBuffer bytes) {
        int taken = bytes.remaining();
        bytes.position(bytes.limit());
        count += taken;
        return taken;
    }

    @Override
    public boolean isReady() {
        return true;
    }

    @Override
    public void bodyEnded(Need how) {
        if (how == Need.NOTHING) exchange.answer(Answer.text(200, String.valueOf(count)));
    }

    @Override
    public void writable() {}

    @Override
    public void inputEnded() {}

    @Override
    public void gone(CloseReason reason) {}
}
