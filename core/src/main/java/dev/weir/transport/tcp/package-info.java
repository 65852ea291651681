/// TCP over the JDK's selector. Read `TcpNetwork` first.
///
/// **Depends on:** loop, ledger, transport, time.
@NullMarked
package dev.weir.transport.tcp;

import org.jspecify.annotations.NullMarked;
