/// The large scenario: a whole gateway between clients and origins that misbehave. Read
/// `GatewayScenario` first.
///
/// **Depends on:** gateway, gateway.config, gateway.log, laws.http, laws.play, loop, memory.block, runtime,
/// testing.sim and its packages, time.
@NullMarked
package dev.weir.laws.gateway;

import org.jspecify.annotations.NullMarked;
