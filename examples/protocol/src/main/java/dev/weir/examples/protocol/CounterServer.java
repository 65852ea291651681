package dev.weir.examples.protocol;

import dev.weir.connection.Claim;
import dev.weir.connection.Connection;
import dev.weir.loop.EventLoop;
import dev.weir.memory.Reservation;
import dev.weir.runtime.Drainable;
import dev.weir.runtime.Weir;
import dev.weir.time.Deadline;
import dev.weir.transport.Acceptor;
import dev.weir.transport.Transport;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

/// Adds up what its clients send.
///
/// **Owns:** its acceptor, its connections and what these are charged, until its runtime is closed.
/// **Threads:** confined to the first loop of its runtime, but for [#local].
/// **Limits:** 1 000 clients at once; more are reset.
final class CounterServer implements Acceptor.Accepted {
    private static final int CLIENTS_MAX = 1_000;
    private static final int BACKLOG = 64;

    private final Weir weir;
    private final EventLoop loop;
    private InetSocketAddress local = InetSocketAddress.createUnresolved("nowhere", 0);
    private final AtomicInteger clients = new AtomicInteger();
    private final Reservation reservation;
    private volatile boolean draining;
    private long sum;

    /// @throws IllegalArgumentException when the plan of the runtime has fewer connections left
    private CounterServer(Weir weir) {
        this.weir = weir;
        this.reservation = Claim.of("counter", "")
                .with(Claim.CONNECTIONS, CLIENTS_MAX, Claim.CONNECTION_BYTES)
                .take(weir.group());
        this.loop = weir.group().loops().getFirst();
    }

    static CounterServer open(Weir weir, InetSocketAddress address) {
        var server = new CounterServer(weir);
        Acceptor acceptor;
        try {
            acceptor =
                    weir.group().call(server.loop, () -> weir.network().listen(address, BACKLOG, server.loop, server));
        } catch (RuntimeException | Error failure) {
            server.reservation.close();
            throw failure;
        }
        server.local = acceptor.local();
        try {
            weir.endsWith(server.ending(acceptor));
        } catch (IllegalStateException closing) {
            weir.group().tell(server.loop, acceptor::close);
            server.reservation.close();
            throw closing;
        }
        return server;
    }

    /// How it ends with its runtime: no new clients, and each is left after the request that has begun.
    private Drainable ending(Acceptor acceptor) {
        return new Drainable() {
            @Override
            public void drain(Deadline deadline) {
                weir.group().tell(loop, () -> {
                    acceptor.close();
                    draining = true;
                    giveBackWhenEmpty();
                    weir.connections().on(loop).forEach(one -> {
                        if (one.conversation() instanceof CounterTalk talk && talk.isOf(CounterServer.this))
                            talk.drain();
                    });
                });
            }

            @Override
            public boolean isDrained() {
                return draining && clients.get() == 0;
            }

            @Override
            public boolean owns(Connection connection) {
                return connection.conversation() instanceof CounterTalk talk && talk.isOf(CounterServer.this);
            }
        };
    }

    boolean isDraining() {
        return draining;
    }

    InetSocketAddress local() {
        return local;
    }

    @Override
    public void accepted(Transport transport) {
        if (clients.get() == CLIENTS_MAX) {
            transport.abort();
            return;
        }
        clients.incrementAndGet();
        var opening = new Connection.Opening("counter", transport, connection -> new CounterTalk(this, connection));
        Connection _ = Connection.open(weir.connections(), loop, opening);
    }

    @Override
    public void acceptFailed(String why) {
        // Why: the acceptor resumes by itself.
    }

    void clientLeft() {
        clients.decrementAndGet();
        giveBackWhenEmpty();
    }

    /// Nobody comes in any more and the last has left.
    private void giveBackWhenEmpty() {
        if (draining && clients.get() == 0) reservation.close();
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
