/// Tests of the pool that need no network.
@NullMarked
package dev.weir.pool;

import org.jspecify.annotations.NullMarked;
