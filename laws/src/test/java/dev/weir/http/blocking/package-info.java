/// Tests of handlers in plain blocking code.
@NullMarked
package dev.weir.http.blocking;

import org.jspecify.annotations.NullMarked;
