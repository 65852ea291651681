/// HTTP/1.1 bytes to messages and back: no I/O, no threads, no clock, nothing allocated per message.
///
/// Here lives what a peer's bytes mean and how ours are written; who reads them, and what is answered, does
/// not. All positions are indexes of a lent buffer or relative to a head's first byte. Read
/// [RequestDecoder] first, then [HeadDecoder] and [BodyDecoder].
///
/// **Depends on:** nothing of Weir.
@NullMarked
package dev.weir.http.codec;

import org.jspecify.annotations.NullMarked;
