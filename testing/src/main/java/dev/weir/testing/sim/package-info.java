/// A world in which one seed decides everything: a network of pipes that delays, splits, resets and
/// refuses, a clock, a scheduler, a book of exchanges and the checker of the laws. The code of Weir
/// runs in it unchanged, on loops turned by hand. Read `World` first.
///
/// **Depends on:** time, ledger, memory, loop, transport, connection.
@NullMarked
package dev.weir.testing.sim;

import org.jspecify.annotations.NullMarked;
