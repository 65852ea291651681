/// Which route takes a request: compares bytes of its head with the routes of its listener. Nothing here allocates,
/// decodes or forwards. There is one type to read: [RouteTable].
///
/// **Depends on:** http.codec, gateway.config.
@NullMarked
package dev.weir.gateway.route;

import org.jspecify.annotations.NullMarked;
