/// Tests of the proxy that spoils what goes through it.
@NullMarked
package dev.weir.testing.proxy;

import org.jspecify.annotations.NullMarked;
