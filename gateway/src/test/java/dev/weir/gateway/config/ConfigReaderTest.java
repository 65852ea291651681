package dev.weir.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.transport.Endpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Proves that a right file is read as it is meant. Texts are compared with the records they stand for.
final class ConfigReaderTest {
    private static final String SMALLEST = """
            listeners: [{ bind: 127.0.0.1:8080, upstream: web }]
            upstreams: { web: { origins: [127.0.0.1:9001] } }
            """;

    private static final String WHOLE = """
            memory: 64MiB
            admin: 127.0.0.1:8081
            access-log: stdout             # or off, or a file
            stop: { grace: 3s, drain: 22s }
            listeners:
              - bind: 127.0.0.1:8080
                protocol: http
                limits: { connections: 8000, header-bytes: 16KiB, header-fields: 100 }
                timeouts: { header: 10s, idle: 60s, body-stall: 30s, linger-silence: 5s, linger: 30s }
                routes:
                  - { host: api.example.com, path: /v1, upstream: api }
                  - { upstream: web }
              - { bind: 127.0.0.1:8443, protocol: tcp, upstream: db }
            upstreams:
              api: { origins: [127.0.0.1:9003] }
              web:
                origins: [127.0.0.1:9001, 127.0.0.1:9002]
                balance: round-robin       # or least-outstanding, random-2
                pool: { connections: 64, waiting: 256, acquire: 5s, idle: 55s }
                timeouts: { connect: 2s, response: 30s }
                retry: safe                # or never
                reuse: safe                # or never, always
                abandon: when-needed       # or always, never
              db: { origins: [127.0.0.1:5432] }
            """;

    static GatewayConfig read(String text) {
        return switch (ConfigReader.read("weir.yaml", text)) {
            case ConfigReader.Read(var config) -> config;
            case ConfigReader.Refused refused -> throw new AssertionError(ConfigErrorPrinter.print(refused));
        };
    }

    @Test
    void everySettingIsReadIntoItsField() {
        var web = List.of(Endpoint.of("127.0.0.1", 9001), Endpoint.of("127.0.0.1", 9002));

        assertThat(read(WHOLE))
                .isEqualTo(new GatewayConfig(
                        Memory.DEFAULT.withBytes(64 << 20),
                        new Admin.At(Endpoint.of("127.0.0.1", 8081)),
                        new AccessLogSetting.Stdout(),
                        Stop.DEFAULT,
                        List.of(
                                new HttpListener(
                                        Endpoint.of("127.0.0.1", 8080),
                                        new HttpListener.Limits(8000, Listener.Beyond.WAIT, 16384, 100),
                                        new HttpListener.Timeouts(
                                                Duration.ofSeconds(10),
                                                Duration.ofSeconds(60),
                                                Duration.ofSeconds(30),
                                                Duration.ofSeconds(60),
                                                Duration.ofSeconds(5),
                                                Duration.ofSeconds(30)),
                                        List.of(new Route("api.example.com", "/v1", "api"), new Route("", "/", "web"))),
                                new TcpListener(
                                        Endpoint.of("127.0.0.1", 8443),
                                        "db",
                                        Listener.NO_LIMIT,
                                        Listener.Beyond.WAIT,
                                        Duration.ofMinutes(10))),
                        List.of(
                                upstream("api", List.of(Endpoint.of("127.0.0.1", 9003))),
                                upstream("web", web),
                                upstream("db", List.of(Endpoint.of("127.0.0.1", 5432))))));
    }

    private static String withConnections(String atTop, String ofOne) {
        return """
                limits: { connections: %s }
                listeners: [ { bind: "127.0.0.1:1", upstream: web, limits: { connections: %s } } ]
                upstreams: { web: { origins: [ "127.0.0.1:4" ] } }
                """.formatted(atTop, ofOne);
    }

    @Test
    void connectionsOfAllListenersStandAtTheTop() {
        assertThat(read(SMALLEST).connections()).isEmpty();
        assertThat(read(withConnections("auto", "auto")).connections()).isEmpty();
        assertThat(read(withConnections("auto", "auto")).listeners().getFirst().connectionsLimit())
                .isEqualTo(Listener.NO_LIMIT);
        assertThat(read(withConnections("70", "9")).connections()).hasValue(70);
        assertThat(read(withConnections("70", "9")).listeners().getFirst().connectionsLimit())
                .isEqualTo(9);
        assertThat(read(withConnections("70", "auto"))
                        .withConnections(70)
                        .listeners()
                        .getFirst()
                        .connectionsLimit())
                .isEqualTo(70);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1000001", "many", "8k", "[]", "1.5"})
    void connectionsThatAreNoNumberOfThemAreRefused(String said) {
        String atTop = ConfigErrorTextTest.printed(withConnections(said, "1"));
        String ofOne = ConfigErrorTextTest.printed(withConnections("1", said));

        String words = "connections: expected a whole number from 1 to 1000000, or auto, found ";
        assertThat(atTop).contains(":1:24: limits." + words);
        assertThat(ofOne).contains("listeners[0].limits." + words);
    }

    private static Upstream upstream(String name, List<Endpoint> origins) {
        return new Upstream(
                name,
                origins,
                Upstream.Balance.ROUND_ROBIN,
                new Upstream.Pool(64, 256, Duration.ofSeconds(5), Duration.ofSeconds(55)),
                new Upstream.Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(30)),
                Upstream.Retry.SAFE);
    }

    @Test
    void omittedSettingsHaveDefaults() {
        var config = read(SMALLEST);

        assertThat(config.memory()).isEqualTo(Memory.DEFAULT);
        assertThat(config.admin()).isEqualTo(GatewayConfig.ADMIN);
        assertThat(config.accessLog()).isEqualTo(new AccessLogSetting.Stdout());
        assertThat(config.stop()).isEqualTo(Stop.DEFAULT);
        assertThat(config.listeners())
                .containsExactly(new HttpListener(
                        Endpoint.of("127.0.0.1", 8080),
                        HttpListener.Limits.DEFAULT,
                        HttpListener.Timeouts.DEFAULT,
                        List.of(new Route("", "/", "web"))));
        assertThat(config.upstream("web")).isEqualTo(upstream("web", List.of(Endpoint.of("127.0.0.1", 9001))));
    }

    @Test
    void nonDefaultValuesAreRead() {
        var config = read("""
                memory: 3GiB
                admin: off
                access-log: log/access.json
                stop: { grace: 0s, drain: 1500ms, idle: 1200ms }
                listeners:
                  - bind: "[::1]:0"
                    limits: { connections: 7, beyond: refuse, header-bytes: 2KiB, header-fields: 9 }
                    timeouts: { header: 1s, idle: 2m, body-stall: 1h, linger-silence: 4s, linger: 20s }
                    keep-alive-field: all
                    routes: [{ host: "[::1]", upstream: web }, { host: API.Example.com, path: /a/, upstream: web }]
                  - bind: localhost:70
                    protocol: tcp
                    upstream: web
                    limits: { connections: 5, beyond: refuse }
                    timeouts: { idle: 24h }
                upstreams:
                  web:
                    origins: [origin_1.example:1, "[2001:DB8::1]:65535"]
                    balance: random-2
                    pool: { connections: 1, waiting: 0, acquire: 10ms, idle: 1s }
                    timeouts: { connect: 3s, response: 4s, continue: off }
                    retry: never
                    reuse: always
                    abandon: never
                    when-all-down: fail
                    resolve: { every: 5s, addresses: 2 }
                    trailers: pass
                  spare: { origins: [a:1], balance: least-outstanding, timeouts: { continue: 250ms } }
                """);

        assertThat(config.memory().bytes()).hasValue(3L << 30);
        assertThat(config.admin()).isEqualTo(new Admin.Off());
        assertThat(read("admin: { hosts: [Weir.example.com, b] }\n" + SMALLEST).admin())
                .isEqualTo(new Admin.At(Endpoint.of("127.0.0.1", 8081), List.of("weir.example.com", "b")));
        assertThat(config.accessLog()).isEqualTo(new AccessLogSetting.ToFile(Path.of("log/access.json")));
        assertThat(config.stop()).isEqualTo(new Stop(Duration.ZERO, Duration.ofMillis(1500), Duration.ofMillis(1200)));
        assertThat(config.listeners())
                .containsExactly(
                        new HttpListener(
                                Endpoint.of("::1", 0),
                                new HttpListener.Limits(7, Listener.Beyond.REFUSE, 2048, 9),
                                new HttpListener.Timeouts(
                                        Duration.ofSeconds(1),
                                        Duration.ofMinutes(2),
                                        Duration.ofHours(1),
                                        Duration.ofSeconds(60),
                                        Duration.ofSeconds(4),
                                        Duration.ofSeconds(20)),
                                HttpListener.KeepAliveField.ALL,
                                List.of(new Route("[::1]", "/", "web"), new Route("api.example.com", "/a/", "web")),
                                true),
                        new TcpListener(
                                Endpoint.of("localhost", 70), "web", 5, Listener.Beyond.REFUSE, Duration.ofHours(24)));
        assertThat(config.upstream("web"))
                .isEqualTo(new Upstream(
                        "web",
                        List.of(Endpoint.of("origin_1.example", 1), Endpoint.of("2001:db8::1", 65535)),
                        Upstream.Balance.RANDOM_2,
                        new Upstream.Pool(1, 0, Duration.ofMillis(10), Duration.ofSeconds(1)),
                        new Upstream.Timeouts(Duration.ofSeconds(3), Duration.ofSeconds(4), Duration.ZERO),
                        Upstream.Retry.NEVER,
                        Upstream.Reuse.ALWAYS,
                        Upstream.Abandon.NEVER,
                        Upstream.WhenAllDown.FAIL,
                        new Upstream.Resolve(Duration.ofSeconds(5), 2),
                        Upstream.Trailers.PASS));
        assertThat(config.upstream("spare").timeouts().continues()).hasMillis(250);
        assertThat(config.upstream("spare").balance()).isEqualTo(Upstream.Balance.LEAST_OUTSTANDING);
    }

    @ParameterizedTest
    @CsvSource({"64KiB,65536", "1MiB,1048576", "64MiB,67108864", "1024GiB,1099511627776"})
    void sizesAreCountedInPowersOfTwo(String text, long bytes) {
        assertThat(read("memory: " + text + "\n" + SMALLEST).memory().bytes()).hasValue(bytes);
    }

    @Test
    void memoryMayBeAMappingWithTheBudgetAndOtherKeys() {
        var config = read("""
                memory:
                  budget: 2MiB
                  starve-after: 500ms
                  fair-by: address
                  debug: { poison: on, places: on, cold-first: on, refuse: 15, seed: 7 }
                """ + SMALLEST);

        assertThat(config.memory().bytes()).hasValue(2 << 20);
        assertThat(config.memory().starveAfter()).hasMillis(500);
        assertThat(config.memory().fairBy()).isEqualTo(Memory.FairBy.ADDRESS);
        assertThat(config.memory().debugging()).isEqualTo(new Debugging(true, true, true, 15, 7));
        assertThat(read("memory: 2MiB\n" + SMALLEST).memory().fairBy()).isEqualTo(Memory.FairBy.ARRIVAL);
        assertThat(read("memory: { debug: { poison: on } }\n" + SMALLEST)
                        .memory()
                        .bytes())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1ms,1", "250ms,250", "3s,3000", "10m,600000", "1h,3600000", "0s,0"})
    void durationsHaveFourUnits(String text, long millis) {
        assertThat(read("stop: { drain: " + text + " }\n" + SMALLEST).stop().drain())
                .hasMillis(millis);
    }

    @Test
    void anAddressIsPrintedAsItIsWritten() {
        assertThat(Endpoint.of("::1", 80)).hasToString("[::1]:80");
        assertThat(Endpoint.of("a.example", 80)).hasToString("a.example:80");
        assertThat(Endpoint.of("2001:DB8:0::1", 80)).hasToString("[2001:db8::1]:80");
    }

    @Test
    void anchorsAreAllowedAndAByteOrderMarkIsSkipped() {
        var config = read("""
                \uFEFFlisteners:
                  - { bind: 127.0.0.1:0, upstream: &name web, timeouts: &times { idle: 5s } }
                  - { bind: 127.0.0.1:0, upstream: *name, timeouts: *times }
                upstreams: { web: { origins: [127.0.0.1:9001] } }
                """);

        assertThat(config.listeners().getFirst()).isEqualTo(config.listeners().getLast());
    }

    @Test
    void allLineEndsAreAccepted() {
        assertThat(read(WHOLE.replace("\n", "\r\n"))).isEqualTo(read(WHOLE));
        assertThat(read(WHOLE.replace("\n", "\r"))).isEqualTo(read(WHOLE));
    }
}
