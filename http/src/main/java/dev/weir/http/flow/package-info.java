/// One direction of one exchange: bytes from one connection, a block at a time, through a codec, to whoever takes
/// them.
/// Read `Inflow` first.
///
/// **Depends on:** codec, and memory, loop, transport, connection of core.
@NullMarked
package dev.weir.http.flow;

import org.jspecify.annotations.NullMarked;
