/// What other jars can plug into a gateway, without a fork of it. Read [RequestObserver] first; how its jar is
/// found is in docs/library/observer.md. Everything else of the gateway is its own business and changes without
/// notice.
///
/// **Depends on:** nothing of Weir.
@NullMarked
package dev.weir.gateway.spi;

import org.jspecify.annotations.NullMarked;
