/// The server side of HTTP/1.1: connections accepted, requests read, handlers called, answers written.
/// Read `HttpServer` first, then `RequestReading`, where most of it happens. Not here: blocking handlers, which use
/// this package and live in `dev.weir.http.blocking`.
///
/// **Depends on:** time, ledger, memory.block, memory.wait, memory, loop, transport, connection, flow, runtime,
/// server, http.codec, http.flow.
@NullMarked
package dev.weir.http.server;

import org.jspecify.annotations.NullMarked;
