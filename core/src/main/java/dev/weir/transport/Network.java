package dev.weir.transport;

import dev.weir.loop.EventLoop;
import dev.weir.loop.Poller;
import java.net.InetSocketAddress;

/// The seam between Weir and the world of sockets; a simulation replaces it.
///
/// **Threads:** [#openPoller] is thread-safe; the others are confined to the loop they are given.
public interface Network {
    /// A poller for one loop of this network.
    ///
    /// @return the poller, owned by the caller
    Poller openPoller();

    /// Listens on `address`.
    ///
    /// @param backlog connections that may wait to be accepted
    /// @return the acceptor, owned by the caller
    /// @throws TransportException when the address cannot be had
    Acceptor listen(InetSocketAddress address, int backlog, EventLoop loop, Acceptor.Accepted accepted);

    /// Begins to connect to `peer`; the end is told through `connected`, never before this method returns.
    Connecting connect(InetSocketAddress peer, EventLoop loop, Connecting.Connected connected);
}
