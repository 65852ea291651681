/// Planted.
@NullMarked
package dev.weir.house.planted.low;

import org.jspecify.annotations.NullMarked;
