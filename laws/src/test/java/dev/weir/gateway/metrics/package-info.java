/// Tests of the gateway's metrics.
@NullMarked
package dev.weir.gateway.metrics;

import org.jspecify.annotations.NullMarked;
