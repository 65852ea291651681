/// What a test of Weir stands on: a clock and loops turned by hand, peers that do what they are told, and the JUnit
/// extension that fails a test which leaves anything open. Read `Balanced` first, then `Scene`.
///
/// **Depends on:** time, ledger, memory, loop, transport, transport.tcp, transport.inmemory.
@NullMarked
package dev.weir.testing;

import org.jspecify.annotations.NullMarked;
