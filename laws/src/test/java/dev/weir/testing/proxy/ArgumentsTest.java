package dev.weir.testing.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.testing.proxy.Arguments.Refused;
import dev.weir.transport.Endpoint;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Proves what the command line of the fault proxy means, and what it is told when it means nothing.
final class ArgumentsTest {
    private static ProxySettings read(String line) throws Refused {
        return Arguments.read(List.of(line.split(" ")));
    }

    @Test
    void everyFaultHasItsOption() throws Refused {
        var settings = read("--listen 127.0.0.1:7500 --to [::1]:9001 --connections 10 --latency 50ms --bandwidth 1MiB "
                + "--slice 100 --slow-close 2s --reset-after 64KiB --limit 1GiB --black-hole");

        assertThat(settings.listen()).isEqualTo(Endpoint.loopback(7500));
        assertThat(settings.target()).isEqualTo(Endpoint.inet("::1", 9001));
        assertThat(settings.connectionsMax()).isEqualTo(10);
        assertThat(settings.upstream())
                .isEqualTo(settings.downstream())
                .containsExactly(
                        ProxyFault.latency(Duration.ofMillis(50)),
                        ProxyFault.bandwidth(1 << 20),
                        ProxyFault.slices(100),
                        ProxyFault.slowClose(Duration.ofSeconds(2)),
                        ProxyFault.resetAfter(64 << 10),
                        ProxyFault.limit(1 << 30),
                        ProxyFault.blackHole());
    }

    @Test
    void aDirectionMayHaveItsOwn() throws Refused {
        var settings = read("--to 127.0.0.1:1 --up-latency=1m --down-reset-after=3s --slice=1KiB");

        assertThat(settings.upstream())
                .containsExactly(ProxyFault.latency(Duration.ofMinutes(1)), ProxyFault.slices(1024));
        assertThat(settings.downstream())
                .containsExactly(ProxyFault.resetAfter(Duration.ofSeconds(3)), ProxyFault.slices(1024));
        assertThat(settings.listen().port()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "--latency 5s,--to ADDR is missing",
        "--to 9001,expected HOST:PORT",
        "--to 127.0.0.1:70000,expected HOST:PORT",
        "--to,--to needs a value",
        "--to --latency 5s,--to needs a value",
        "--to 127.0.0.1:1 --latancy 5s,unknown option --latancy",
        "--to 127.0.0.1:1 latency,unknown option latency",
        "--to 127.0.0.1:1 --latency 50,'--latency: expected a duration such as 50ms, 2s or 1m, found ''50'''",
        "--to 127.0.0.1:1 --latency 0ms,--latency: latency must be longer than nothing",
        "--to 127.0.0.1:1 --slice 0,--slice: slices must be at least 1",
        "--to 127.0.0.1:1 --up-slice 99GiB,--up-slice: integer overflow",
        "--to 127.0.0.1:1 --bandwidth 1MB,expected a size such as 100",
        "--to 127.0.0.1:1 --reset-after soon,expected a duration such as 5s or a size such as 64KiB",
        "--to 127.0.0.1:1 --connections 0,expected 1 to 100000"
    })
    void whatDoesNotFitIsToldInASentence(String line, String why) {
        assertThatThrownBy(() -> read(line)).isInstanceOf(Refused.class).hasMessageContaining(why);
    }
}
