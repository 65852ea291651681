/// The byte path to a peer: network, acceptor, attempt to connect, transport. A simulation replaces these. The
/// kinds of transport are in packages below. Read `Network` first.
///
/// **Depends on:** time, ledger, loop.
@NullMarked
package dev.weir.transport;

import org.jspecify.annotations.NullMarked;
