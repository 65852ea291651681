package dev.weir.gateway.forward;

import dev.weir.transport.Acceptor;
import dev.weir.transport.Endpoint;
import dev.weir.transport.Transport;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// One origin: connections come in and are played by the test, one after the other.
final class Origins {
    private final Stage stage;
    private final Endpoint address;
    private final ArrayDeque<Peer> arrived = new ArrayDeque<>();
    private @Nullable Acceptor acceptor;
    private int count;

    Origins(Stage stage, Endpoint wanted) {
        this.stage = stage;
        this.address = open(wanted);
    }

    private Endpoint open(Endpoint wanted) {
        var loop = stage.weir().group().loops().getFirst();
        Acceptor opened = stage.network().listen(wanted, 1024, loop, new Acceptor.Listener() {
            @Override
            public void accepted(Transport transport) {
                count++;
                arrived.add(stage.peer(transport));
            }

            @Override
            public void acceptFailed(String why) {
                throw new AssertionError(why);
            }
        });
        acceptor = opened;
        return opened.local();
    }

    Endpoint address() {
        return address;
    }

    /// The next connection the gateway made to it.
    Peer next() {
        stage.turnUntil(() -> !arrived.isEmpty());
        return arrived.remove();
    }

    /// The next connection; null when the gateway made none.
    @Nullable
    Peer poll() {
        return arrived.poll();
    }

    /// How many connections the gateway ever made to it.
    int count() {
        return count;
    }

    /// Dies: connections are refused.
    void close() {
        if (acceptor != null) acceptor.close();
        acceptor = null;
    }

    /// Lives again at its old address.
    void revive() {
        open(address);
    }
}
