/// A server whose handlers block and misbehave on threads of their own, and the clients that scenarios of HTTP
/// share. Read `HandlersScenario` first.
///
/// **Depends on:** gateway.metrics, http.blocking, http.codec, http.runtime, laws.play, loop, , runtime,
/// testing.sim and its packages, time.
@NullMarked
package dev.weir.laws.http;

import org.jspecify.annotations.NullMarked;
