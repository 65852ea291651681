/// Tests of the forwarder: a whole gateway between scripted clients and scripted origins.
@NullMarked
package dev.weir.gateway.forward;

import org.jspecify.annotations.NullMarked;
