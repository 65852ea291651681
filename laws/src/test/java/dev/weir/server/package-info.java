/// Tests of what listens, whatever is said over its connections.
@NullMarked
package dev.weir.server;

import org.jspecify.annotations.NullMarked;
