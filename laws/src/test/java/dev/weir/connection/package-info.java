/// Tests of a connection's life.
@NullMarked
package dev.weir.connection;

import org.jspecify.annotations.NullMarked;
