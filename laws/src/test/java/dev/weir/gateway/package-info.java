/// Tests of the program as a whole.
@NullMarked
package dev.weir.gateway;

import org.jspecify.annotations.NullMarked;
