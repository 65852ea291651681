/// Tests of the cache of blocks that need the explorer.
@NullMarked
package dev.weir.memory.block;

import org.jspecify.annotations.NullMarked;
