package dev.weir.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.weir.gateway.ToyRequest;
import dev.weir.gateway.config.Route;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Proves which route takes which request. Hosts and paths lie somewhere in an array, between other bytes.
final class RouteTableTest {

    private static int match(RouteTable table, String host, String path) {
        return table.match(ToyRequest.at(host.isEmpty() ? host : host + ":80", path));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                // route's host | route's path | host | path | taken
                "''        | /      | a.example  | /          | true",
                "''        | /      | a.example  | /x/y       | true",
                "''        | /      | ''         | *          | true",
                "''        | /      | ''         | ''         | true",
                "''        | /v1    | a.example  | /v1        | true",
                "''        | /v1    | a.example  | /v1/       | true",
                "''        | /v1    | a.example  | /v1/x      | true",
                "''        | /v1    | a.example  | /v10       | false",
                "''        | /v1    | a.example  | /v1x/y     | false",
                "''        | /v1    | a.example  | /V1        | false",
                "''        | /v1    | a.example  | /v         | false",
                "''        | /v1    | a.example  | /          | false",
                "''        | /v1    | a.example  | /x/v1      | false",
                "''        | /v1    | a.example  | //v1       | false",
                "''        | /v1    | a.example  | *          | false",
                "''        | /v1    | a.example  | ''         | false",
                "''        | /v1    | a.example  | /%76%31    | false",
                "''        | /v%31  | a.example  | /v%31/x    | true",
                "''        | /v1/   | a.example  | /v1        | true",
                "''        | /v1/   | a.example  | /v1/x      | true",
                "''        | /v1/   | a.example  | /v10       | false",
                "''        | /a/b   | a.example  | /a/b/c     | true",
                "''        | /a/b   | a.example  | /a         | false",
                "a.example | /      | a.example  | /          | true",
                "a.example | /      | A.eXAMPLE  | /          | true",
                "A.Example | /      | a.example  | /          | true",
                "a.example | /      | b.example  | /          | false",
                "a.example | /      | a.example. | /          | false",
                "a.example | /      | xa.example | /          | false",
                "a.example | /      | a.exampl   | /          | false",
                "a.example | /      | ''         | /          | false",
                "a`example | /      | a@example  | /          | false",
                "a{b       | /      | a[b        | /          | false",
                "[::1]     | /      | [::1]      | /          | true",
                "a.example | /v1    | a.example  | /v1/x      | true",
                "a.example | /v1    | b.example  | /v1/x      | false",
                "a.example | /v1    | a.example  | /v2        | false",
            })
    void aRouteTakesAWholeHostInAnyCaseAndWholeSegmentsAsTheyAre(
            String routeHost, String routePath, String host, String path, boolean taken) {
        var table = RouteTable.of(List.of(new Route(bare(routeHost), routePath, "web")));

        assertThat(match(table, bare(host), bare(path))).isEqualTo(taken ? 0 : RouteTable.NONE);
    }

    private static String bare(String text) {
        return text.equals("''") ? "" : text;
    }

    @Test
    void theFirstMatchWins() {
        var table = RouteTable.of(List.of(
                new Route("a.example", "/v1", "first"),
                new Route("", "/v1/x", "second"),
                new Route("a.example", "/", "third"),
                new Route("", "/v1", "fourth")));

        assertThat(match(table, "a.example", "/v1/x")).isZero();
        assertThat(match(table, "b.example", "/v1/x/y")).isEqualTo(1);
        assertThat(match(table, "a.example", "/x")).isEqualTo(2);
        assertThat(match(table, "b.example", "/v1")).isEqualTo(3);
        assertThat(match(table, "b.example", "/")).isEqualTo(RouteTable.NONE);
        assertThat(table.route(2).upstream()).isEqualTo("third");
        assertThat(table.size()).isEqualTo(4);
    }

    @Test
    void matchingAllocatesNothing() {
        var table = RouteTable.of(List.of(
                new Route("a.example", "/v1", "first"),
                new Route("b.example", "/v1/x", "second"),
                new Route("", "/v2", "third")));
        var request = ToyRequest.at("A.EXAMPLE", "/v2/x");
        var threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
        long sum = 0;
        for (int i = 0; i < 20_000; i++) {
            sum += table.match(request);
        }

        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 20_000; i++) {
            sum += table.match(request);
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(sum).isEqualTo(80_000);
        // Why: reading the counter itself may allocate a little; one byte a match would be 20000.
        assertThat(allocated).isLessThan(1_000);
    }
}
