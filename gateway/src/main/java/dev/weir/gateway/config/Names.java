package dev.weir.gateway.config;

import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads hosts and addresses; nothing is looked up.
///
/// **Threads:** immutable.
/// **Waits:** never waits: no name reaches a resolver.
/// **Limits:** a host has at most 253 characters, a label of it 63.
/// **Source:** RFC 952, RFC 1123 section 2.1 (underscores are let through, as resolvers do); RFC 3986 section
/// 3.2.2.
final class Names {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?");
    private static final Pattern NUMERIC = Pattern.compile("[0-9.]+");
    private static final Pattern BYTE = Pattern.compile("0|[1-9][0-9]{0,2}");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]{2,45}");

    private Names() {}

    /// The address a value says; empty after adding a fault.
    ///
    /// @param leastPort 0 where any free port may be taken, else 1
    static Optional<Address> address(Value value, int leastPort) {
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
            return Optional.of(new Address(withoutBrackets(host), Integer.parseInt(port)));
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
            boolean isMeant = isIpv6(text.substring(0, last))
                    && NUMBER.matcher(text.substring(last + 1)).matches();
            String such = isMeant ? "[" + text.substring(0, last) + "]" + text.substring(last) : "[::1]:8080";
            return "write an IPv6 address in brackets" + (isMeant ? ": \"" : ", such as \"") + such + "\"";
        }
        return "";
    }

    /// Whether a text is a name, an IPv4 address, or an IPv6 address in brackets.
    static boolean isHost(String text) {
        if (text.startsWith("[") && text.endsWith("]")) {
            return isIpv6(text.substring(1, text.length() - 1));
        }
        if (text.length() > 253) {
            return false;
        }
        return NUMERIC.matcher(text).matches() ? isIpv4(text) : areLabels(text);
    }

    private static boolean areLabels(String text) {
        // Why: a dot at the end says that the name is complete.
        var labels = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        for (var label : labels.split("\\.", -1)) {
            if (!LABEL.matcher(label).matches()) {
                return false;
            }
        }
        return true;
    }

    private static boolean isIpv4(String text) {
        var parts = text.split("\\.", -1);
        for (var part : parts) {
            if (!BYTE.matcher(part).matches() || Integer.parseInt(part) > 255) {
                return false;
            }
        }
        return parts.length == 4;
    }

    private static boolean isIpv6(String text) {
        // Why: in brackets the JDK takes a text for an address or refuses it, it never asks a resolver.
        return IPV6.matcher(text).matches()
                && text.indexOf(':') >= 0
                && !new InetSocketAddress("[" + text + "]", 0).isUnresolved();
    }

    private static String withoutBrackets(String host) {
        return (host.startsWith("[") ? host.substring(1, host.length() - 1) : host).toLowerCase(Locale.ROOT);
    }
}
