/// Tests of the runtime.
@NullMarked
package dev.weir.runtime;

import org.jspecify.annotations.NullMarked;
