/// Tests of loops.
@NullMarked
package dev.weir.loop;

import org.jspecify.annotations.NullMarked;
