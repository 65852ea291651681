/// HTTP/1.1 bytes to messages and back: no I/O, no threads, no clock.
///
/// **Depends on:** nothing of Weir.
@NullMarked
package dev.weir.http.codec;

import org.jspecify.annotations.NullMarked;
