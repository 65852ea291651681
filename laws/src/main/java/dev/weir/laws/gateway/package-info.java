/// The large scenario: a whole gateway between clients and origins that misbehave. Read
/// `GatewayScenario` first.
///
/// **Depends on:** gateway, gateway.config, gateway.log, laws.http, loop, memory, runtime, testing.sim, time.
@NullMarked
package dev.weir.laws.gateway;

import org.jspecify.annotations.NullMarked;
