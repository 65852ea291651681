package dev.weir.gateway.config;

/// Where the admin pages are served, if they are.
///
/// **Threads:** immutable.
public sealed interface Admin {

    /// `admin: off`: there are no admin pages.
    record Off() implements Admin {}

    /// Pages are served at this address.
    ///
    /// @param bind port 0 takes any free port
    record At(Address bind) implements Admin {}
}
