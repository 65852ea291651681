/// What tests of the hand-off need that use the explorer.
@NullMarked
package dev.weir.memory.wait;

import org.jspecify.annotations.NullMarked;
