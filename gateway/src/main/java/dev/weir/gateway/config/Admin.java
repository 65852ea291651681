package dev.weir.gateway.config;

import dev.weir.transport.Endpoint;
import java.util.List;

/// Whether and where the admin pages are served.
///
/// **Threads:** immutable.
public sealed interface Admin {

    /// `admin: off`: there are no admin pages.
    record Off() implements Admin {}

    /// Pages are served at this address.
    ///
    /// @param bind port 0 takes any free port
    /// @param hosts host names for which they are served, beside addresses and `localhost`; in lower case
    record At(Endpoint bind, List<String> hosts) implements Admin {
        /// Keeps an unmodifiable copy of the names.
        public At {
            hosts = List.copyOf(hosts);
        }

        /// Served for addresses and `localhost` only.
        public At(Endpoint bind) {
            this(bind, List.of());
        }
    }
}
