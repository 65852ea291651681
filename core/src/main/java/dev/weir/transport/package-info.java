/// The byte path to a peer and the seam a simulation replaces: network, acceptor, connector, transport. The
/// kinds of transport are packages below. Read `Network` first.
///
/// **Depends on:** time, ledger, loop.
@NullMarked
package dev.weir.transport;

import org.jspecify.annotations.NullMarked;
