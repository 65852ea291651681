/// Finds the route of a request: compares bytes of its head with the routes of its listener. Nothing here
/// allocates or decodes. There is one type: [RouteTable].
///
/// **Depends on:** http.codec, gateway.config.
@NullMarked
package dev.weir.gateway.route;

import org.jspecify.annotations.NullMarked;
