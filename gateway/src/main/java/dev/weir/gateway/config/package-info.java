/// The configuration file: read, checked as a whole, with error messages that say what to do.
/// Nothing here opens, binds or looks up anything. Read [GatewayConfig] first, then [ConfigReader].
///
/// **Depends on:** transport.
@NullMarked
package dev.weir.gateway.config;

import org.jspecify.annotations.NullMarked;
