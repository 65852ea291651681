/// The plugin interface of the gateway. Read [RequestObserver] first; docs/library/observer.md describes how
/// its jar is found. All other packages of the gateway are internal and change without notice.
///
/// **Depends on:** nothing of Weir.
@NullMarked
package dev.weir.gateway.spi;

import org.jspecify.annotations.NullMarked;
