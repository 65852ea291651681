/// One direction of bytes: out of a [Source], a block at a time, to a [Sink]. It asks for a block only when
/// both ends move, and knows no protocol: what lies between, such as the framing of a body, is the business of
/// who pumps. Read `Inflow` first, then `ByteFlow`, the simplest that pumps.
///
/// May I write?
///
///     askRoom() ── true ──> yes: one block, by write or output; then ask again
///        │
///        v false              do not write, and do not read for it
///     writable() is told, once there is room ──> ask again
///        │
///        v                    it was not told in time
///     retryWrite() ── true ──> bytes moved after all, or nothing waits: wait once more
///        └──────────── false ─> the peer takes nothing: end it
///
/// What does it wait for?
///
///     room() ── FREE ─────> nothing
///        ├───── ASKED ────> all has left, but room for a block is in doubt, because memory is scarce
///        └───── BLOCKED ──> bytes that were written already wait for the peer
///
/// To ask may begin a wait, to look never does: who only looks, as who ends what is idle, calls `room()`.
///
/// **Depends on:** time, memory.block, memory.wait, memory, loop, transport, connection.
@NullMarked
package dev.weir.flow;

import org.jspecify.annotations.NullMarked;
