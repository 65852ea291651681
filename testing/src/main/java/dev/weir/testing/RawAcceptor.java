package dev.weir.testing;

import dev.weir.transport.Endpoint;

/// Listens in place of a server, and gives each connection to the test as a [RawPeer].
///
/// **Owns:** its listening socket and the connections that were not accepted, until [#close].
/// **Threads:** confined to the thread of the test.
/// **Waits:** [#accept], as a [RawPeer] does.
/// **Fails:** an [AssertionError] when nobody connects.
public final class RawAcceptor implements AutoCloseable {
    private final RawListener door;
    private final WaitStrategy around;
    private boolean closed;

    RawAcceptor(RawListener door, WaitStrategy around) {
        this.door = door;
        this.around = around;
    }

    /// Where to connect to.
    public Endpoint address() {
        return door.local();
    }

    /// Waits for the next connection.
    ///
    /// @return this end of its connection, owned by the caller
    public RawPeer accept() {
        int idle = 0;
        while (true) {
            RawPath path = door.poll();
            if (path != null) return new RawPeer(path, around);
            if (idle >= around.idleRoundsMax()) throw new AssertionError("nobody connected to " + address());
            idle = around.goOn() > 0 ? 0 : idle + 1;
        }
    }

    /// Stops listening; accepted connections stay open.
    @Override
    public void close() {
        if (!closed) door.close();
        closed = true;
    }
}
