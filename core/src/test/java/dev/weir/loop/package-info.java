/// Tests of loops that need no network.
@NullMarked
package dev.weir.loop;

import org.jspecify.annotations.NullMarked;
