/// How bytes are cut into messages. No I/O, no threads, no clock, and no memory of its own. Read `Protocol` first,
/// then `Frames` for the framings that are here.
///
/// **Depends on:** nothing of Weir.
@NullMarked
package dev.weir.protocol;

import org.jspecify.annotations.NullMarked;
