package dev.weir.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

final class WrkTest {
    private static final String QUIET = """
            Running 3s test @ http://127.0.0.1:7001/
              1 threads and 64 connections
              Thread Stats   Avg      Stdev     Max   +/- Stdev
                Latency   225.90us  117.84us   2.75ms   93.96%
                Req/Sec   151.40k    24.76k  175.99k    93.33%
              Latency Distribution
                 50%  193.00us
                 75%  240.00us
                 90%  300.00us
                 99%    1.25ms
              451415 requests in 3.00s, 40.04MB read
            Requests/sec: 150391.66
            """;

    @Test
    void requestsSecondsAndLatenciesAreRead() throws IOException {
        assertThat(Wrk.read(QUIET)).isEqualTo(new Wrk.Outcome(451_415, 3.0, 0, 193.0, 1_250.0));
    }

    @Test
    void aMinuteIsSixtySeconds() throws IOException {
        assertThat(Wrk.read(QUIET.replace("in 3.00s", "in 1.50m")).seconds()).isEqualTo(90.0);
    }

    @Test
    void refusalsAndBrokenConnectionsAreErrors() throws IOException {
        String troubled = QUIET + """
                  Socket errors: connect 1, read 2, write 3, timeout 4
                  Non-2xx or 3xx responses: 90
                """;
        assertThat(Wrk.read(troubled).errors()).isEqualTo(100);
    }

    @Test
    void unreadableOutputIsReportedUnchanged() {
        assertThatThrownBy(() -> Wrk.read("unable to connect to 127.0.0.1:1 Connection refused"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Connection refused");
    }
}
