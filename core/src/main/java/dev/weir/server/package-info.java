/// Where connections come in, for servers of every protocol: accepted, counted, refused, drained, cut. Read
/// `Listening` first.
///
/// **Depends on:** time, loop, memory, transport, connection, runtime.
@NullMarked
package dev.weir.server;

import org.jspecify.annotations.NullMarked;
