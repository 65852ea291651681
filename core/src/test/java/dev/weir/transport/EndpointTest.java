package dev.weir.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Proves that endpoints are read and written as RFC 5952 section 4 says, and which count as one client.
final class EndpointTest {
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
        "ffff:fffe::8000:0:1, ffff:fffe::8000:0:1",
        "fe80::a%1, fe80::a",
        "10.1.2.3, 10.1.2.3",
        "255.254.128.0, 255.254.128.0",
        "::ffff:10.1.2.3, 10.1.2.3"
    })
    void addressIsWrittenInItsShortestForm(String given, String wanted) throws UnknownHostException {
        Endpoint.Inet told = Endpoint.inet(InetAddress.getByName(given), 80);

        assertThat(told.host()).isEqualTo(wanted);
        assertThat(told).hasToString((wanted.contains(":") ? "[" + wanted + "]" : wanted) + ":80");
        assertThat(told.address()).isEqualTo(InetAddress.getByName(given));
        if (told.zone() == 0) {
            assertThat(Endpoint.inet(given, 80)).isEqualTo(told).hasSameHashCodeAs(told);
            assertThat(Endpoint.parse(told.toString())).contains(told);
        }
    }

    @Test
    void linkLocalAddressKeepsItsInterface() throws UnknownHostException {
        Endpoint.Inet zoned = Endpoint.inet(InetAddress.getByName("fe80::a%7"), 80);

        assertThat(((Inet6Address) zoned.address()).getScopeId()).isEqualTo(7);
        assertThat(zoned).isNotEqualTo(Endpoint.inet("fe80::a", 80)).isEqualTo(zoned.withPort(80));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:0", "[::1]:65535", "db.internal:5432", "a_b.example.:1", "unix:/run/db.sock"})
    void parsedTextIsWrittenUnchanged(String text) {
        assertThat(Endpoint.parse(text).orElseThrow()).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":80",
                "a",
                "a:",
                "a:65536",
                "a:-1",
                "a:+1",
                "::1:80",
                "[::1]",
                "[::1%1]:80",
                "[10.1.2.3]:80",
                "10.1.2:80",
                "10.1.2.256:80",
                "010.1.2.3:80",
                "a b:80",
                "-a:80",
                "a..b:80",
                "unix:run"
            })
    void malformedTextIsNotParsed(String text) {
        assertThat(Endpoint.parse(text)).isEmpty();
    }

    @Test
    void hostIsAnAddressIfNumericOtherwiseAName() {
        assertThat(Endpoint.of("127.0.0.1", 8080)).isEqualTo(Endpoint.loopback(8080));
        assertThat(Endpoint.of("::1", 80)).isEqualTo(Endpoint.inet("::1", 80));
        assertThat(Endpoint.of("Client", 80)).isEqualTo(Endpoint.name("client", 80));
        assertThat(Endpoint.name("client", 80).isName()).isTrue();
        assertThat(Endpoint.loopback(80).isName()).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> Endpoint.name("127.0.0.1", 80));
        assertThatIllegalArgumentException().isThrownBy(() -> Endpoint.inet("localhost", 80));
        assertThatIllegalArgumentException().isThrownBy(() -> Endpoint.loopback(65_536));
    }

    @Test
    void anyAddressMeansAllAddressesOfTheMachine() {
        assertThat(Endpoint.any(80)).hasToString("0.0.0.0:80").isEqualTo(Endpoint.inet("0.0.0.0", 80));
        assertThat(Endpoint.any(80).isAny()).isTrue();
        assertThat(Endpoint.inet("::", 80).isAny()).isTrue();
        assertThat(Endpoint.inet("::1", 80).isAny()).isFalse();
        assertThat(Endpoint.loopback(80).isAny()).isFalse();
    }

    // ---- who counts as one client

    @Test
    void thePortIsNotPartOfTheKey() {
        assertThat(Endpoint.inet("10.1.2.3", 1).key())
                .isEqualTo(Endpoint.inet("10.1.2.3", 2).key());
        assertThat(Endpoint.name("a", 1).key())
                .isEqualTo(Endpoint.name("a", 2).key())
                .isNotEqualTo(Endpoint.name("b", 1).key());
        assertThat(new Endpoint.Unix("/a").key()).isNotEqualTo(new Endpoint.Unix("/b").key());
    }

    @Test
    void eachIpv4AddressIsOneClient() {
        assertThat(key("10.1.2.3")).isEqualTo(0xffff_0a01_0203L).isNotEqualTo(key("10.1.2.4"));
        assertThat(key("255.255.255.255")).isEqualTo(0xffff_ffff_ffffL);
        assertThat(key("::ffff:10.1.2.3")).isEqualTo(key("10.1.2.3"));
    }

    @Test
    void eachIpv6PrefixOf64BitsIsOneClient() {
        assertThat(key("2001:db8:1:2::1")).isEqualTo(key("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assertThat(key("2001:db8:1:2::1")).isNotEqualTo(key("2001:db8:1:3::1"));
        assertThat(key("2001:db8:1:2::1")).isEqualTo(0x2001_0db8_0001_0002L);
    }

    @Test
    void noAddressHasTheKeyOfNoAddress() {
        assertThat(key("::1")).isEqualTo(1);
        assertThat(key("::")).isNotZero();
        assertThat(key("0.0.0.0")).isNotZero();
    }

    private static long key(String address) {
        return Endpoint.inet(address, 80).key();
    }
}
