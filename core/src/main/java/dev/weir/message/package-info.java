/// Messages of a connection that must be complete before they can be used, within their share of the memory budget.
/// Read [dev.weir.message.WholeMessages] first.
///
/// **Depends on:** memory.block, memory.wait, memory, loop, transport, protocol, connection.
@NullMarked
package dev.weir.message;

import org.jspecify.annotations.NullMarked;
