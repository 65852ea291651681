package dev.weir.transport;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/// A peer's address as people and other programs write it.
///
/// **Threads:** immutable.
/// **Source:** RFC 5952 section 4.
public final class PeerText {
    private static final int GROUPS = 8;

    private PeerText() {}

    /// The address without its port: `10.0.0.1`, `2001:db8::1`, or a name where there is no address. An IPv6 address
    /// is written in lower case, its longest run of zeros as `::`, without its zone, which means nothing elsewhere.
    public static String host(InetSocketAddress peer) {
        InetAddress address = peer.getAddress();
        if (address == null) return peer.getHostString();
        return address instanceof Inet6Address six ? text(six.getAddress()) : address.getHostAddress();
    }

    /// The address and its port: `10.0.0.1:80`, `[2001:db8::1]:80`.
    public static String of(InetSocketAddress peer) {
        String host = host(peer);
        boolean isSix = peer.getAddress() instanceof Inet6Address;
        return (isSix ? "[" + host + "]" : host) + ":" + peer.getPort();
    }

    private static String text(byte[] octets) {
        int[] groups = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = Byte.toUnsignedInt(octets[2 * i]) << 8 | Byte.toUnsignedInt(octets[2 * i + 1]);
        }
        int gapFrom = 0;
        int gapTo = 0;
        for (int from = 0; from < GROUPS; from++) {
            int to = from;
            while (to < GROUPS && groups[to] == 0) to++;
            // Why: a single zero is written out, and of equal runs the first is shortened.
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
