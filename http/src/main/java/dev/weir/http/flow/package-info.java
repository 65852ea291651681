/// One direction of one exchange: bytes from one connection, a block at a time, through a codec, to whoever takes
/// them.
/// Read `Inflow` first.
///
/// **Depends on:** time, memory, loop, transport, connection, http.codec.
@NullMarked
package dev.weir.http.flow;

import org.jspecify.annotations.NullMarked;
