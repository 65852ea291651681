package dev.weir.transport;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/// A peer's address as a number, without its port, by which those who wait for memory take turns.
///
/// An IPv6 address counts by its first 64 bits: that much belongs to one customer, who may use any address in it. An
/// IPv4 address is written `::ffff:a.b.c.d`, the last half of it; a name, as networks in memory have, has its hash. As
/// IPv6 these are all in `::/8`, which nobody has, so no two kinds meet.
///
/// **Threads:** immutable.
/// **Source:** RFC 4291 section 2.5.4, RFC 6177.
final class PeerKey {
    private static final long IPV4 = 0xffff_0000_0000L;
    private static final long NAME = 0x1_0000_0000L;

    private PeerKey() {}

    /// The number of this address; never zero.
    static long of(InetSocketAddress peer) {
        InetAddress address = peer.getAddress();
        if (address == null)
            return NAME | Integer.toUnsignedLong(peer.getHostString().hashCode());
        byte[] octets = address.getAddress();
        if (!(address instanceof Inet6Address)) return IPV4 | number(octets, 0, octets.length);
        long network = number(octets, 0, Long.BYTES);
        // Why: only this machine's own is without one: `::1`.
        return network != 0 ? network : number(octets, Long.BYTES, Long.BYTES);
    }

    private static long number(byte[] octets, int from, int count) {
        long number = 0;
        for (int i = from; i < from + count; i++) number = number << 8 | Byte.toUnsignedInt(octets[i]);
        return number;
    }
}
