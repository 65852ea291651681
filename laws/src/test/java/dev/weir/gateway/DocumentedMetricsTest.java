package dev.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.config.ConfigReader;
import dev.weir.gateway.config.GatewayConfig;
import dev.weir.loop.CloseReport;
import dev.weir.peers.Program;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Proves that docs/metrics.md names what a gateway exports, with its tags, and its admin pages, and nothing
/// else. A whole gateway is opened in this process and its own pages are read.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class DocumentedMetricsTest {
    private static final Path PAGE = Path.of("..", "docs", "metrics.md");
    private static final Pattern SERIES = Pattern.compile("^([a-z_]+)(?:\\{([^}]*)})? ", Pattern.MULTILINE);
    private static final Pattern TAG = Pattern.compile("([a-z_]+)=\"");
    private static final Pattern PATH = Pattern.compile("/[a-z]*");
    private static final Pattern QUOTED = Pattern.compile("`([a-z_]+)`");

    @TempDir
    Path folder;

    @Test
    void thePageNamesTheExportedMetrics() throws IOException, InterruptedException {
        var gateway = Gateway.open(config(), line -> {});
        String[] listener = gateway.listening().getFirst().split(":", -1);
        // Why: connections are told by state, and without any there is nothing to tell.
        try (var _ = new Socket(listener[0], Integer.parseInt(listener[1]))) {
            String text = scrape(gateway);
            while (!text.contains("weir_connections{")) text = scrape(gateway);
            assertThat(exported(text)).isEqualTo(documented());
        } finally {
            close(gateway);
        }
    }

    @Test
    void thePageNamesTheAdminPagesThatExist() throws IOException, InterruptedException {
        String text = Files.readString(PAGE);
        var documented = new TreeSet<>(Set.of("/metrics"));
        for (String line :
                text.substring(text.indexOf("## Other admin pages")).lines().toList()) {
            if (!line.startsWith("| [/") && !line.startsWith("| /")) continue;
            String cell = line.split("\\|", -1)[1].replaceAll("\\(.*\\)", "");
            PATH.matcher(cell).results().forEach(path -> documented.add(path.group()));
        }
        var listed = new TreeSet<String>();
        var gateway = Gateway.open(config(), line -> {});
        try {
            for (String line : read(gateway, "/no-such-page").lines().skip(1).toList()) {
                listed.add(line.split(" ", 2)[0]);
            }
        } finally {
            close(gateway);
        }

        assertThat(documented).isEqualTo(listed).hasSizeGreaterThan(5);
    }

    @Test
    void promtoolAcceptsTheMetrics() throws IOException, InterruptedException {
        String promtool = Program.find("promtool");
        Path page = folder.resolve("metrics.txt");
        var gateway = Gateway.open(config(), line -> {});
        try {
            Files.writeString(page, scrape(gateway));
        } finally {
            close(gateway);
        }

        var told = Program.run(Duration.ofSeconds(30), page, List.of(promtool, "check", "metrics"));

        assertThat(told.output()).isEmpty();
        assertThat(told.status()).isZero();
    }

    @Test
    void closeDurationIsMeasuredFromTheFailureOfReadiness() throws IOException, InterruptedException {
        var gateway = Gateway.open(config(), line -> {});
        assertThat(scrape(gateway)).contains("weir_close_duration_seconds 0\n");

        gateway.failReadiness();

        assertThat(scrape(gateway)).contains("weir_close_duration_seconds ").doesNotContain("duration_seconds 0\n");
        close(gateway);
    }

    private static void close(Gateway gateway) {
        assertThat(gateway.close(Deadline.in(Clock.system(), Duration.ofSeconds(10))))
                .allMatch(CloseReport::isClean);
    }

    private static String scrape(Gateway gateway) throws IOException, InterruptedException {
        return read(gateway, "/metrics");
    }

    private static String read(Gateway gateway, String page) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            var uri = URI.create("http://" + gateway.adminAddress() + page);
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    /// Tags by name; of a histogram or a summary the name without what is added to its series.
    private static Map<String, Set<String>> exported(String text) {
        var names = new TreeMap<String, Set<String>>();
        var series = SERIES.matcher(text);
        while (series.find()) {
            String name = series.group(1).replaceAll("_seconds_(count|sum|bucket)$", "_seconds");
            var tags = names.computeIfAbsent(name, _ -> new TreeSet<>());
            if (series.group(2) == null) continue;
            var tag = TAG.matcher(series.group(2));
            while (tag.find()) tags.add(tag.group(1));
            tags.remove("le");
        }
        return names;
    }

    private static Map<String, Set<String>> documented() throws IOException {
        var names = new TreeMap<String, Set<String>>();
        for (String line : Files.readAllLines(PAGE)) {
            if (!line.startsWith("| `")) continue;
            String[] cells = line.split("\\|", -1);
            var tags = quoted(cells[2]);
            for (String name : quoted(cells[1])) names.put(name, tags);
        }
        return names;
    }

    private static Set<String> quoted(String cell) {
        var words = new TreeSet<String>();
        var word = QUOTED.matcher(cell);
        while (word.find()) words.add(word.group(1));
        return words;
    }

    private GatewayConfig config() {
        String text = """
                memory: 64MiB
                admin: 127.0.0.1:0
                access-log: %s
                listeners:
                  - { bind: "127.0.0.1:0", limits: { connections: 100 }, routes: [ { upstream: web } ] }
                  - { bind: "127.0.0.1:0", protocol: tcp, upstream: web, limits: { connections: 100 } }
                upstreams:
                  web: { origins: [ "127.0.0.1:4" ] }
                """.formatted(folder.resolve("access.log"));
        return switch (ConfigReader.read("test.yaml", text)) {
            case ConfigReader.Read(var config) -> config;
            case ConfigReader.Refused refused -> throw new AssertionError(refused);
        };
    }
}
