/// Tests of what tests stand on.
@NullMarked
package dev.weir.testing;

import org.jspecify.annotations.NullMarked;
