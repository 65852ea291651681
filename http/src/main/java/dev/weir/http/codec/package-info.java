/// HTTP/1.1 bytes to messages and back: no I/O, no threads, no clock, nothing allocated per message. Here live
/// the meaning of a peer's bytes and the encoding of ours. Not here: reading them from a connection, and what
/// is answered. All positions are indexes of a lent buffer or relative to a head's first byte. Read
/// [RequestDecoder] first, then [HeadDecoder] and [BodyDecoder].
///
/// **Depends on:** nothing of Weir.
@NullMarked
package dev.weir.http.codec;

import org.jspecify.annotations.NullMarked;
