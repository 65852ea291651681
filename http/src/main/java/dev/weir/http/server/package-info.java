/// The server side of HTTP/1.1: connections accepted, requests read, handlers called, answers written.
/// Read `HttpServer` first, `ServerConnection` to see where it happens.
///
/// **Depends on:** codec, flow, and time, ledger, memory, loop, transport, connection of core.
@NullMarked
package dev.weir.http.server;

import org.jspecify.annotations.NullMarked;
