/// Tests of TCP that need the inside of the package.
@NullMarked
package dev.weir.transport.tcp;

import org.jspecify.annotations.NullMarked;
