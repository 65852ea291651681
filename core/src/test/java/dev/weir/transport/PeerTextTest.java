package dev.weir.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Proves that addresses are written as RFC 5952 section 4 says.
final class PeerTextTest {
    @ParameterizedTest
    @CsvSource({
        "::, ::",
        "::1, ::1",
        "1::, 1::",
        "2001:0DB8:0:0:0:0:2:1, 2001:db8::2:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "1:2:3:4:5:6:0:0, 1:2:3:4:5:6::",
        "0:0:3:4:5:6:7:8, ::3:4:5:6:7:8",
        "fe80::a%1, fe80::a",
        "10.1.2.3, 10.1.2.3",
        "::ffff:10.1.2.3, 10.1.2.3"
    })
    void addressIsWrittenInItsShortestForm(String given, String wanted) throws UnknownHostException {
        var peer = new InetSocketAddress(InetAddress.getByName(given), 80);

        assertThat(PeerText.host(peer)).isEqualTo(wanted);
        assertThat(PeerText.of(peer)).isEqualTo((wanted.contains(":") ? "[" + wanted + "]" : wanted) + ":80");
    }

    @Test
    void nameStaysAName() {
        var peer = InetSocketAddress.createUnresolved("client", 80);

        assertThat(PeerText.of(peer)).isEqualTo("client:80");
    }
}
