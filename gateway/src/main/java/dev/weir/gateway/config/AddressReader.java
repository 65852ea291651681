package dev.weir.gateway.config;

import dev.weir.transport.Endpoint;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads hosts and addresses without resolving names.
///
/// **Threads:** immutable.
/// **Waits:** never waits: no name is resolved.
final class AddressReader {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

    private AddressReader() {}

    /// Reads an address; empty after adding an error.
    ///
    /// @param leastPort 0 where any free port may be taken, else 1
    static Optional<Endpoint> address(Value value, int leastPort) {
        var text = value.text("an address such as 127.0.0.1:8080 or [::1]:8080");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        int colon = text.lastIndexOf(':');
        var host = colon < 0 ? text : text.substring(0, colon);
        var port = colon < 0 ? "" : text.substring(colon + 1);
        if (!NUMBER.matcher(port).matches() || host.isEmpty() || host.equals("*")) {
            value.refuse("expected HOST:PORT", addressHint(text));
        } else if (Integer.parseInt(port) < leastPort || Integer.parseInt(port) > 65535) {
            value.refuse("expected a port from " + leastPort + " to 65535");
        } else if (!isHost(host)) {
            value.refuse("expected a host name or an IP address before the port", addressHint(text));
        } else {
            return Optional.of(Endpoint.of(withoutBrackets(host), Integer.parseInt(port)));
        }
        return Optional.empty();
    }

    private static String addressHint(String text) {
        int scheme = text.indexOf("://");
        if (scheme >= 0) {
            return "write the address alone: no scheme and no path";
        }
        if (NUMBER.matcher(text).matches()) {
            return "did you mean 127.0.0.1:" + text + "?";
        }
        if (text.matches("\\*?:[0-9]{1,5}")) {
            return "to take every address write 0.0.0.0:" + text.substring(text.indexOf(':') + 1);
        }
        if (!text.startsWith("[") && text.indexOf(':') != text.lastIndexOf(':')) {
            int last = text.lastIndexOf(':');
            boolean isMeant = isHost("[" + text.substring(0, last) + "]")
                    && NUMBER.matcher(text.substring(last + 1)).matches();
            String such = isMeant ? "[" + text.substring(0, last) + "]" + text.substring(last) : "[::1]:8080";
            return "write an IPv6 address in brackets" + (isMeant ? ": \"" : ", such as \"") + such + "\"";
        }
        return "";
    }

    /// Whether a text is a name, an IPv4 address, or an IPv6 address in brackets.
    static boolean isHost(String text) {
        return Endpoint.isHost(text);
    }

    private static String withoutBrackets(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }
}
