package dev.weir.gateway.config;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/// A host and a port as they stand in the file; nothing has been looked up.
///
/// **Threads:** immutable.
/// **Waits:** never waits: a name is resolved by whoever binds or connects, not here.
///
/// @param host a name, an IPv4 address, or an IPv6 address without brackets
/// @param port 0 (only for a bind address: any free port) to 65535
public record Address(String host, int port) {
    private static final Pattern TEXT = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[^\\s:\\[\\]]+):([0-9]{1,5})");
    private static final Pattern NUMERIC = Pattern.compile("[0-9.]+");
    private static final int PORT_MAX = 65_535;

    /// The address of a text like `127.0.0.1:8080` or `[::1]:8080`; empty when it is none.
    public static Optional<Address> of(String text) {
        var found = TEXT.matcher(text);
        if (!found.matches()) return Optional.empty();
        String host = found.group(1);
        int port = Integer.parseInt(found.group(2));
        if (port > PORT_MAX) return Optional.empty();
        return Optional.of(new Address(host.startsWith("[") ? host.substring(1, host.length() - 1) : host, port));
    }

    /// Whether the host is a name that has to be looked up, and may have several addresses.
    public boolean isName() {
        return host.indexOf(':') < 0 && !NUMERIC.matcher(host).matches();
    }

    /// Whether it stands for all addresses of this machine.
    boolean isAny() {
        return host.equals("0.0.0.0") || host.equals("::");
    }

    /// An address that stands for the same host and port, not resolved.
    public InetSocketAddress unresolved() {
        return InetSocketAddress.createUnresolved(host, port);
    }

    /// As it is written in the file: `HOST:PORT`, `[::1]:PORT`.
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
