/// One direction of bytes: out of a [Source], a block at a time, to a [Sink]. A block is acquired only when both
/// ends move. The package knows no protocol: decoding in between, such as the framing of a body, is done by the
/// class that pumps. Read `Inflow` first, then `ByteFlow`, the simplest class that pumps.
///
/// May I write?
///
///     askRoom() ── true ──> yes: one block, by write or scratch; then ask again
///        │
///        v false              do not write, and do not read for it
///     writable() is called, once there is room ──> ask again
///        │
///        v                    it was not called in time
///     retryWrite() ── true ──> bytes moved after all, or nothing waits: wait once more
///        └──────────── false ─> the peer takes nothing: end it
///
/// What does it wait for?
///
///     room() ── FREE ─────> nothing
///        ├───── ASKED ────> all has left, but room for a block is in doubt, because memory is scarce
///        └───── BLOCKED ──> bytes that were written already wait for the peer
///
/// `askRoom()` may begin a wait, `room()` never does: code that only looks, such as code that closes idle
/// connections, calls `room()`.
///
/// **Depends on:** time, memory.block, memory.wait, memory, loop, transport, connection.
@NullMarked
package dev.weir.flow;

import org.jspecify.annotations.NullMarked;
