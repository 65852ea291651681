/// How bytes are cut into frames. No I/O, no threads, no clock, and no memory of its own. Read `LengthFrame` first.
///
/// **Depends on:** nothing.
@NullMarked
package dev.weir.protocol.frame;

import org.jspecify.annotations.NullMarked;
