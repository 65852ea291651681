/// A small protocol of one's own, with a server over Weir and a client that knows nothing of it; its tests
/// are the example. Frames begin with their length in 32 bits; a request is `ADD` and a number, its answer
/// the sum so far or `ERROR`. Read `CounterServer` first.
///
/// **Depends on:** loop, transport, protocol, connection, message, runtime.
@NullMarked
package dev.weir.examples.protocol;

import org.jspecify.annotations.NullMarked;
