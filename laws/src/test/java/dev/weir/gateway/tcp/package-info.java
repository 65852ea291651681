/// Tests of TCP mode over loops turned by hand, in memory and over real sockets.
@NullMarked
package dev.weir.gateway.tcp;

import org.jspecify.annotations.NullMarked;
