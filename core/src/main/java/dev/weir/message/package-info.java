/// Messages of a connection that must be whole before anybody can look at them, within the share of the budget
/// that is for them. Read [dev.weir.message.WholeMessages] first.
///
/// **Depends on:** memory.block, memory.wait, memory, loop, transport, protocol.frame, connection.
@NullMarked
package dev.weir.message;

import org.jspecify.annotations.NullMarked;
