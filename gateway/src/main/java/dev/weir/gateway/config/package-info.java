/// The configuration file: read, checked as a whole, and told about in lines a person can act on.
/// Nothing here opens, binds or looks up anything. Read [GatewayConfig] first, then [ConfigReader].
///
/// **Depends on:** transport.
@NullMarked
package dev.weir.gateway.config;

import org.jspecify.annotations.NullMarked;
