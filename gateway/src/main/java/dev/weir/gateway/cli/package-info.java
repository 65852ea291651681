/// The command line: its commands, what they print, their exit statuses. Read [Program] first; each command is a
/// [Command].
///
/// **Depends on:** transport, gateway.config.
@NullMarked
package dev.weir.gateway.cli;

import org.jspecify.annotations.NullMarked;
