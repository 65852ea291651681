/// Tests of the memory hand-off that need the explorer.
@NullMarked
package dev.weir.memory;

import org.jspecify.annotations.NullMarked;
