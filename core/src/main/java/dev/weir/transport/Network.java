package dev.weir.transport;

import dev.weir.loop.EventLoop;
import dev.weir.loop.Poller;

/// The interface between Weir and sockets; a simulation replaces it.
///
/// **Threads:** [#openPoller] is thread-safe; the other methods are confined to the loop they are given.
public interface Network {
    /// Opens a poller for one loop.
    ///
    /// @return the poller, owned by the caller
    Poller openPoller();

    /// Listens on `address`; a network of sockets refuses an [Endpoint.Name].
    ///
    /// @param backlog how many connections may wait to be accepted
    /// @return the acceptor, owned by the caller
    /// @throws TransportException if the address cannot be listened on
    Acceptor listen(Endpoint address, int backlog, EventLoop loop, Acceptor.Listener accepted);

    /// Begins to connect to `peer`; the result is reported to `connected`, never before this method returns. A
    /// network of sockets refuses an [Endpoint.Name]: that attempt fails, and the reason says so.
    ConnectAttempt connect(Endpoint peer, EventLoop loop, ConnectAttempt.Listener connected);
}
