/// Planted.
@NullMarked
package dev.weir.house.planted.exposed;

import org.jspecify.annotations.NullMarked;
