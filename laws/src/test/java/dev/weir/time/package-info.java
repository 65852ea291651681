/// Tests of time.
@NullMarked
package dev.weir.time;

import org.jspecify.annotations.NullMarked;
