package dev.weir.examples.protocol;

import dev.weir.connection.Connection;
import dev.weir.loop.EventLoop;
import dev.weir.server.Weir;
import dev.weir.transport.Acceptor;
import dev.weir.transport.Transport;
import java.net.InetSocketAddress;

/// Adds up what its clients send.
///
/// **Owns:** its acceptor and its connections, until its runtime is closed.
/// **Threads:** confined to the first loop of its runtime, but for [#local].
/// **Limits:** 1 000 clients at once; more are reset.
final class CounterServer implements Acceptor.Accepted {
    private static final int CLIENTS_MAX = 1_000;
    private static final int BACKLOG = 64;

    private final Weir weir;
    private final EventLoop loop;
    private InetSocketAddress local = InetSocketAddress.createUnresolved("nowhere", 0);
    private int clients;
    private long sum;

    private CounterServer(Weir weir) {
        this.weir = weir;
        this.loop = weir.group().loops().getFirst();
    }

    static CounterServer open(Weir weir, InetSocketAddress address) {
        var server = new CounterServer(weir);
        Acceptor acceptor =
                weir.group().call(server.loop, () -> weir.network().listen(address, BACKLOG, server.loop, server));
        server.local = acceptor.local();
        weir.endsWith(() -> weir.group().tell(server.loop, acceptor::close));
        return server;
    }

    InetSocketAddress local() {
        return local;
    }

    @Override
    public void accepted(Transport transport) {
        if (clients == CLIENTS_MAX) {
            transport.abort();
            return;
        }
        clients++;
        var opening = new Connection.Opening("counter", transport, connection -> new CounterTalk(this, connection));
        Connection.open(weir.connections(), loop, opening);
    }

    @Override
    public void acceptFailed(String why) {
        // Why: the acceptor resumes by itself.
    }

    void clientLeft() {
        clients--;
    }

    /// The answer to one request.
    String answer(String request) {
        if (!request.matches("ADD -?[0-9]{1,18}")) return "ERROR";
        try {
            sum = Math.addExact(sum, Long.parseLong(request.substring(4)));
            return Long.toString(sum);
        } catch (ArithmeticException tooLarge) {
            return "ERROR";
        }
    }
}
