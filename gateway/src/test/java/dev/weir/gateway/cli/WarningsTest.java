package dev.weir.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.config.ConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Proves what is told of configurations that are valid and hardly meant so.
final class WarningsTest {
    private static final Warnings.Machine LARGE = new Warnings.Machine(1L << 40, 1 << 20);

    private static List<String> of(Warnings.Machine machine, String file) {
        return switch (ConfigReader.read("weir.yaml", file)) {
            case ConfigReader.Read(var config) -> Warnings.of(config.withConnections(8000), machine);
            case ConfigReader.Refused refused -> throw new AssertionError(refused.toString());
        };
    }

    private static List<String> of(String more, String routes, String origin) {
        return of(LARGE, """
                memory: 64MiB
                access-log: off
                %s
                listeners:
                  - bind: 127.0.0.1:8080
                    routes: %s
                upstreams:
                  web: { origins: [ "%s" ] }
                  api: { origins: [ 127.0.0.1:9002 ] }
                """.formatted(more, routes, origin));
    }

    private static List<String> ofRoutes(String routes) {
        return of("", routes, "127.0.0.1:9001");
    }

    @Test
    void ordinaryConfigurationsCauseNoWarning() {
        assertThat(ofRoutes("[{ path: /api, upstream: api }, { upstream: web }]"))
                .isEmpty();
        assertThat(ofRoutes("[{ host: a, upstream: api }, { host: b, upstream: api }, { upstream: web }]"))
                .isEmpty();
        assertThat(ofRoutes("[{ path: /v1, upstream: api }, { path: /v10, upstream: web }]"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[{ upstream: web }, { path: /api, upstream: api }]",
                "[{ path: /api/, upstream: web }, { path: /api/v1, upstream: api }]",
                "[{ host: a, upstream: web }, { host: a, path: /x, upstream: api }]"
            })
    void routeBehindOneThatTakesEverythingIsTold(String routes) {
        assertThat(ofRoutes(routes))
                .containsExactly("listeners[0].routes[1]: never used, because routes[0] before it takes everything "
                        + "that it would");
    }

    @Test
    void budgetBeyondTheMachineCausesAWarning() {
        var small = new Warnings.Machine(1 << 20, 1 << 20);

        assertThat(of(small, """
                memory: 64MiB
                listeners: [ { bind: 127.0.0.1:8080, upstream: web, protocol: tcp, limits: { connections: 10 } } ]
                upstreams: { web: { origins: [ 127.0.0.1:9001 ] } }
                """))
                .contains("memory: the budget of 67108864 bytes is larger than this machine's memory of 1048576");
    }

    @Test
    void limitsBeyondTheDescriptorsOfThisProcessCauseAWarning() {
        var few = new Warnings.Machine(1L << 40, 64);

        assertThat(of(few, """
                access-log: off
                listeners: [ { bind: 127.0.0.1:8080, limits: { connections: 1000 }, routes: [ { upstream: web } ] } ]
                upstreams: { web: { origins: [ 127.0.0.1:9001 ], pool: { connections: 72 } } }
                """))
                .containsExactly("limits: all connections together need 1200 descriptors, and this process may have 64 "
                        + "(ulimit -n): beyond that no client is accepted and no origin connected to");
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1:8080, true", "localhost:8080, true", "127.0.0.1:8089, false", "10.0.0.1:8080, false"})
    void originThatIsOurOwnListenerCausesAWarning(String origin, boolean isTold) {
        assertThat(of("", "[{ upstream: web }]", origin).stream().anyMatch(line -> line.contains("in circles")))
                .isEqualTo(isTold);
    }

    @Test
    void originThatIsTheAdminAddressCausesAWarning() {
        assertThat(of("admin: 127.0.0.1:8099", "[{ upstream: web }]", "127.0.0.1:8099"))
                .containsExactly("upstreams.web.origins[0]: 127.0.0.1:8099 is this gateway's admin address");
    }

    @Test
    void idleTimeLongerThanTheDrainCausesAWarning() {
        assertThat(of("stop: { idle: 30s, drain: 10s }", "[{ upstream: web }]", "127.0.0.1:9001"))
                .containsExactly(
                        "stop: idle is longer than drain, which ends everything: idle connections get 10000 ms,"
                                + " not 30000");
    }

    @Test
    void unwritableLogCausesAWarning(@TempDir Path folder) throws IOException {
        Path isFolder = Files.createDirectory(folder.resolve("folder"));
        assertThat(ofLog(folder.resolve("missing/access.log")))
                .singleElement()
                .asString()
                .contains("does not exist");
        assertThat(ofLog(folder.resolve("access.log"))).isEmpty();
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(isFolder);
        }
    }

    private static List<String> ofLog(Path file) {
        return of(LARGE, """
                memory: 64MiB
                access-log: "%s"
                listeners: [ { bind: 127.0.0.1:8080, routes: [ { upstream: web } ] } ]
                upstreams: { web: { origins: [ 127.0.0.1:9001 ] } }
                """.formatted(file));
    }
}
