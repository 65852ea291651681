package dev.weir.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/// Proves which addresses count as one client.
class PeerKeyTest {
    @Test
    void thePortDoesNotCount() {
        assertThat(key("10.1.2.3", 1)).isEqualTo(key("10.1.2.3", 2));
        assertThat(PeerKey.of(InetSocketAddress.createUnresolved("a", 1)))
                .isEqualTo(PeerKey.of(InetSocketAddress.createUnresolved("a", 2)))
                .isNotEqualTo(PeerKey.of(InetSocketAddress.createUnresolved("b", 1)));
    }

    @Test
    void eachAddressOfVersion4IsOneClient() {
        assertThat(key("10.1.2.3")).isEqualTo(0xffff_0a01_0203L).isNotEqualTo(key("10.1.2.4"));
        assertThat(key("255.255.255.255")).isEqualTo(0xffff_ffff_ffffL);
        assertThat(key("::ffff:10.1.2.3")).isEqualTo(key("10.1.2.3"));
    }

    @Test
    void eachNetworkOf64BitsOfVersion6IsOneClient() {
        assertThat(key("2001:db8:1:2::1")).isEqualTo(key("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assertThat(key("2001:db8:1:2::1")).isNotEqualTo(key("2001:db8:1:3::1"));
        assertThat(key("2001:db8:1:2::1")).isEqualTo(0x2001_0db8_0001_0002L);
    }

    @Test
    void nobodyHasTheNumberOfNobody() {
        assertThat(key("::1")).isEqualTo(1);
        assertThat(key("0.0.0.0")).isNotZero();
    }

    private static long key(String address) {
        return key(address, 80);
    }

    private static long key(String address, int port) {
        return PeerKey.of(new InetSocketAddress(InetAddress.ofLiteral(address), port));
    }
}
