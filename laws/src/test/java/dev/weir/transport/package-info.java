/// Tests of transports, all under one contract.
@NullMarked
package dev.weir.transport;

import org.jspecify.annotations.NullMarked;
