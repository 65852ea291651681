/// The network of a world: pipes, the poller of simulated loops, and peers and doors for scripts. `SimNetwork`
/// is its face; ports, traffic, descriptors and attempts to connect each keep one part of its state. Read
/// `SimNetwork` first.
///
/// **Depends on:** testing.sim.seed, testing.sim.turn, ledger, loop, time, transport.
@NullMarked
package dev.weir.testing.sim.net;

import org.jspecify.annotations.NullMarked;
