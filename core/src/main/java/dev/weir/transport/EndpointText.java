package dev.weir.transport;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Parses and formats endpoints; nothing is looked up.
///
/// **Threads:** immutable.
/// **Limits:** a name has at most 253 characters, a label of it 63.
/// **Source:** RFC 952, RFC 1123 section 2.1 (underscores are let through, as resolvers do); RFC 3986 section
/// 3.2.2; RFC 5952 section 4.
final class EndpointText {
    /// The upper bits of the second half of an IPv4 address written as IPv6.
    static final long IPV4 = 0xffff_0000_0000L;

    /// The prefix of a path.
    static final String UNIX = "unix:";

    private static final int GROUPS = 8;
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;
    private static final int NAME_MAX = 253;
    private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?");
    private static final Pattern NUMERIC = Pattern.compile("[0-9.]+");
    private static final Pattern BYTE = Pattern.compile("0|[1-9][0-9]{0,2}");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]{2,45}");

    private EndpointText() {}

    // ---- reading

    static Optional<Endpoint> parse(String text) {
        if (text.startsWith(UNIX + "/")) return Optional.of(new Endpoint.Unix(text.substring(UNIX.length())));
        int colon = text.lastIndexOf(':');
        if (colon < 0 || !PORT.matcher(text.substring(colon + 1)).matches()) return Optional.empty();
        int port = Integer.parseInt(text.substring(colon + 1));
        String host = text.substring(0, colon);
        if (port >= Endpoint.PORT_END || !isHost(host)) return Optional.empty();
        return Optional.of(Endpoint.of(withoutBrackets(host), port));
    }

    private static String withoutBrackets(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    static boolean isHost(String text) {
        if (text.startsWith("[") && text.endsWith("]")) return isIpv6(withoutBrackets(text));
        return isIpv4(text) || isName(text);
    }

    static boolean isName(String text) {
        if (text.length() > NAME_MAX || NUMERIC.matcher(text).matches()) return false;
        // Why: a dot at the end marks a fully qualified name.
        String labels = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        for (String label : labels.split("\\.", -1)) if (!LABEL.matcher(label).matches()) return false;
        return true;
    }

    private static boolean isIpv4(String text) {
        String[] parts = text.split("\\.", -1);
        for (String part : parts) if (!BYTE.matcher(part).matches() || Integer.parseInt(part) > 255) return false;
        return parts.length == IPV4_BYTES;
    }

    private static boolean isIpv6(String text) {
        return six(text).isPresent();
    }

    private static Optional<InetAddress> six(String text) {
        if (!IPV6.matcher(text).matches() || text.indexOf(':') < 0) return Optional.empty();
        try {
            return Optional.of(Inet6Address.ofLiteral(text));
        } catch (IllegalArgumentException refused) {
            return Optional.empty();
        }
    }

    static Optional<Endpoint.Inet> numeric(String host, int port) {
        if (isIpv4(host)) return Optional.of(inet(InetAddress.ofLiteral(host), port));
        return six(host).map(address -> inet(address, port));
    }

    static Endpoint.Inet inet(InetAddress address, int port) {
        byte[] octets = address.getAddress();
        if (octets.length == IPV4_BYTES) {
            return new Endpoint.Inet(0, IPV4 | number(octets, 0, octets.length), 0, port);
        }
        int zone = address instanceof Inet6Address six ? six.getScopeId() : 0;
        return new Endpoint.Inet(number(octets, 0, Long.BYTES), number(octets, Long.BYTES, Long.BYTES), zone, port);
    }

    private static long number(byte[] octets, int from, int count) {
        long number = 0;
        for (int i = from; i < from + count; i++) number = number << Byte.SIZE | Byte.toUnsignedInt(octets[i]);
        return number;
    }

    // ---- writing

    static String lowerCase(String host) {
        return host.toLowerCase(Locale.ROOT);
    }

    static InetAddress address(Endpoint.Inet at) {
        try {
            if (at.isIpv4()) return InetAddress.getByAddress(octets(0, at.low(), IPV4_BYTES));
            byte[] octets = octets(at.high(), at.low(), IPV6_BYTES);
            return at.zone() == 0
                    ? InetAddress.getByAddress(octets)
                    : Inet6Address.getByAddress(null, octets, at.zone());
        } catch (UnknownHostException impossible) { // Why: it is only thrown for a wrong number of octets.
            throw new IllegalStateException(impossible);
        }
    }

    private static byte[] octets(long high, long low, int count) {
        byte[] octets = new byte[count];
        for (int i = 0; i < count; i++) {
            int fromEnd = count - 1 - i;
            long half = fromEnd < Long.BYTES ? low : high;
            octets[i] = (byte) (half >>> (fromEnd % Long.BYTES * Byte.SIZE));
        }
        return octets;
    }

    static String host(Endpoint.Inet at) {
        if (!at.isIpv4()) return six(at);
        var text = new StringBuilder();
        for (int shift = Integer.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            text.append(at.low() >>> shift & 0xff).append(shift > 0 ? "." : "");
        }
        return text.toString();
    }

    private static String six(Endpoint.Inet at) {
        int[] groups = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            long half = i < GROUPS / 2 ? at.high() : at.low();
            groups[i] = (int) (half >>> ((GROUPS - 1 - i) % (GROUPS / 2) * Character.SIZE)) & 0xffff;
        }
        int gapFrom = 0;
        int gapTo = 0;
        for (int from = 0; from < GROUPS; from++) {
            int to = from;
            while (to < GROUPS && groups[to] == 0) to++;
            // Why: a single zero group is written out, and of equally long runs the first is shortened.
            if (to - from > Math.max(1, gapTo - gapFrom)) {
                gapFrom = from;
                gapTo = to;
            }
        }
        var text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (i == gapFrom && gapTo > gapFrom) {
                text.append("::");
                i = gapTo - 1;
            } else {
                if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') text.append(':');
                text.append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }
}
