/// Planted.
@NullMarked
package dev.weir.house.planted.high;

import org.jspecify.annotations.NullMarked;
