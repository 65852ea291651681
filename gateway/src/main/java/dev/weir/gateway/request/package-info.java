/// What is noted of a request while it is forwarded, for whoever tells of it afterwards: log and metrics. How it is
/// told is not here. There is one type to read: [RequestRecord].
///
/// **Depends on:** http.codec, http.server.
@NullMarked
package dev.weir.gateway.request;

import org.jspecify.annotations.NullMarked;
