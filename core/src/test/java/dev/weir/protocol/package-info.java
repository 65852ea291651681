/// Tests of framings.
@NullMarked
package dev.weir.protocol;

import org.jspecify.annotations.NullMarked;
