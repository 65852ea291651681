package dev.weir.transport;

import dev.weir.loop.EventLoop;
import dev.weir.loop.Poller;

/// The seam between Weir and the world of sockets; a simulation replaces it.
///
/// **Threads:** [#openPoller] is thread-safe; the others are confined to the loop they are given.
public interface Network {
    /// A poller for one loop of this network.
    ///
    /// @return the poller, owned by the caller
    Poller openPoller();

    /// Listens on `address`; a network of sockets takes no [Endpoint.Name].
    ///
    /// @param backlog connections that may wait to be accepted
    /// @return the acceptor, owned by the caller
    /// @throws TransportException when the address cannot be had
    Acceptor listen(Endpoint address, int backlog, EventLoop loop, Acceptor.Listener accepted);

    /// Begins to connect to `peer`; the end is told through `connected`, never before this method returns. A
    /// network of sockets takes no [Endpoint.Name]: that attempt fails, and the reason says so.
    ConnectAttempt connect(Endpoint peer, EventLoop loop, ConnectAttempt.Listener connected);
}
