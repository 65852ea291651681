/// Planted: seven classes in one knot, and one that only hangs on it.
@NullMarked
package dev.weir.house.planted.knot;

import org.jspecify.annotations.NullMarked;
