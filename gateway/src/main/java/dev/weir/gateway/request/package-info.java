/// Facts about a request that are collected while it is forwarded, for the log and the metrics. There is one
/// type: [RequestRecord].
///
/// **Depends on:** http.codec, http.server.
@NullMarked
package dev.weir.gateway.request;

import org.jspecify.annotations.NullMarked;
