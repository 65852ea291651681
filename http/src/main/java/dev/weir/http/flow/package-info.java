/// Connects the flow of bytes with HTTP/1.1: a body without its framing, room for a head in front of it, and
/// the writer that puts a head there. Read `BodyFlow` first.
///
/// **Depends on:** time, memory.block, loop, flow, http.codec.
@NullMarked
package dev.weir.http.flow;

import org.jspecify.annotations.NullMarked;
