package dev.weir.gateway.config;

import dev.weir.transport.Endpoint;
import java.util.List;

/// Where the admin pages are served, if they are.
///
/// **Threads:** immutable.
public sealed interface Admin {

    /// `admin: off`: there are no admin pages.
    record Off() implements Admin {}

    /// Pages are served at this address.
    ///
    /// @param bind port 0 takes any free port
    /// @param hosts names under which they are shown, beside addresses and `localhost`; in lower case
    record At(Endpoint bind, List<String> hosts) implements Admin {
        /// Keeps an unmodifiable copy of the names.
        public At {
            hosts = List.copyOf(hosts);
        }

        /// Shown under addresses and `localhost` only.
        public At(Endpoint bind) {
            this(bind, List.of());
        }
    }
}
