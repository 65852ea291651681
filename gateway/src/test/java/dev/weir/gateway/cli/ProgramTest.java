package dev.weir.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.config.ExampleConfig;
import dev.weir.transport.Endpoint;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Proves what each command line prints and which status it ends with. The program is called as a function.
final class ProgramTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private CheckCommand.Planner planner = config ->
            new CheckCommand.Sum(true, "budget  1\n", "", "70 together", config.withConnections(70), List.of());

    private int run(String... arguments) {
        var commands = List.<Command>of(new CheckCommand(planner, ProgramTest::addresses), new InitCommand());
        return new Program(commands, new PrintWriter(out), new PrintWriter(err)).run(arguments);
    }

    private static List<String> addresses(Endpoint of) {
        return switch (of.host()) {
            case "two.test" -> List.of("10.0.0.1", "::1");
            case "many.test" ->
                IntStream.range(0, 10).mapToObj(i -> "10.0.0." + i).toList();
            default -> List.of();
        };
    }

    @Test
    void checkPrintsTheAddressesOfOriginNames() throws IOException {
        var text = """
                listeners: [{ bind: 127.0.0.1:8080, upstream: web }]
                upstreams:
                  web: { origins: [two.test:80, many.test:80, gone.test.:80] }
                """;
        assertThat(run("check", file(text))).isZero();

        assertThat(out.toString()).contains("\nnames\n  two.test is 10.0.0.1, ::1\n  many.test is 10.0.0.0, ");
        assertThat(out.toString()).contains("10.0.0.7\n").doesNotContain("10.0.0.8");
        assertThat(err.toString())
                .contains("the name many.test has 10 addresses; 8 are used")
                .contains("the name gone.test. is not known here");
    }

    private String file(String text) throws IOException {
        return Files.writeString(folder.resolve("weir.yaml"), text).toString();
    }

    @Test
    void initPrintsTheExample() {
        assertThat(run("init")).isZero();

        assertThat(out).hasToString(ExampleConfig.text());
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void checkPrintsASummaryOfTheConfiguration() throws IOException {
        var name = file(ExampleConfig.text());

        assertThat(run("check", name)).isZero();

        assertThat(err.toString()).isEmpty();
        assertThat(out).hasToString(name + """
                : fine
                memory      64 MiB
                connections 70 together
                admin       127.0.0.1:8081
                access log  stdout
                stop        accepts for 3 s more, then 22 s to finish
                listeners
                  127.0.0.1:8080  http, 70 connections
                    api.example.com/v1 -> api
                    (any host)/ -> web
                  127.0.0.1:8443  tcp, 70 connections
                    all bytes -> db
                upstreams
                  web  round-robin over 127.0.0.1:9001, 127.0.0.1:9002
                    64 connections, 256 may wait 5 s; connect 2 s, response 30 s, retry safe
                  api  round-robin over 127.0.0.1:9003
                    64 connections, 256 may wait 5 s; connect 2 s, response 30 s, retry safe
                  db  round-robin over 127.0.0.1:5432
                    64 connections, 256 may wait 5 s; connect 2 s, response 30 s, retry safe

                memory in bytes
                budget  1
                """);
    }

    @Test
    void checkRefusesABudgetThatIsTooSmallForTheLimits() throws IOException {
        planner = config -> CheckCommand.Sum.tooSmall(config, "expected more", "the largest is this\nthat would fit");
        var name = file(ExampleConfig.text());

        assertThat(run("check", name)).isEqualTo(ExitStatus.REFUSED);

        assertThat(out.toString()).isEmpty();
        assertThat(err).hasToString(name + """
                :11:11: memory: expected more
                      budget: 64MiB
                              ^
                    the largest is this
                    that would fit
                """);
    }

    @Test
    void checkPrintsTheDefaultBudgetAndUnusedUpstreams() throws IOException {
        var name = file("""
                listeners: [{ bind: 127.0.0.1:0, upstream: web }]
                upstreams: { web: { origins: [a:1] }, spare: { origins: [a:2] } }
                """);

        assertThat(run("check", name)).isZero();

        assertThat(out.toString()).contains("(the default on this machine)");
        assertThat(out.toString()).containsOnlyOnce("(nothing is sent here)");
    }

    @Test
    void aLongConfigurationStillFitsOneScreen() throws IOException {
        var text = new StringBuilder("listeners:\n");
        for (int i = 1; i <= 30; i++) {
            text.append("  - { bind: 127.0.0.1:%d, protocol: tcp, upstream: web }\n".formatted(i));
        }
        text.append("upstreams: { web: { origins: [a:1] } }\n");

        assertThat(run("check", file(text.toString()))).isZero();

        assertThat(out.toString()).contains("  and 18 more\n");
        assertThat(out.toString().lines()).hasSizeLessThan(40);
    }

    @Test
    void errorsGoToTheErrorOutputWithStatusTwo() throws IOException {
        var name = file("memory: 64\n");

        assertThat(run("check", name)).isEqualTo(ExitStatus.REFUSED);

        assertThat(out.toString()).isEmpty();
        assertThat(err.toString())
                .startsWith(name + ":1:1: upstreams: ")
                .contains(name + ":1:9: memory: sizes need a unit: KiB, MiB or GiB, found 64\n");
    }

    @Test
    void aFileThatCannotBeReadIsNamedWithTheReason() throws IOException {
        var missing = folder.resolve("none.yaml").toString();
        var binary = folder.resolve("binary.yaml");
        Files.write(binary, new byte[] {(byte) 0xC3, (byte) 0x28});

        assertThat(run("check", missing)).isEqualTo(ExitStatus.REFUSED);
        assertThat(run("check", folder.toString())).isEqualTo(ExitStatus.REFUSED);
        assertThat(run("check", binary.toString())).isEqualTo(ExitStatus.REFUSED);

        assertThat(err.toString().lines())
                .containsExactly(
                        "weir: " + missing + ": expected a configuration file, but it does not exist",
                        "weir: " + folder + ": expected a configuration file, but it is a directory",
                        "weir: " + binary + ": expected a configuration file, but it is not UTF-8 text");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aCommandLineThatDoesNotFitEndsWithStatusTwo() {
        assertThat(run()).isEqualTo(ExitStatus.REFUSED);
        assertThat(run("chek")).isEqualTo(ExitStatus.REFUSED);
        assertThat(run("check")).isEqualTo(ExitStatus.REFUSED);
        assertThat(run("check", "a", "b")).isEqualTo(ExitStatus.REFUSED);
        assertThat(run("check", "--fast", "a")).isEqualTo(ExitStatus.REFUSED);

        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("Did you mean: weir check").contains("Missing required parameter: 'FILE'");
    }

    @Test
    void helpAndVersionGoToTheOutput() {
        assertThat(run("help")).isZero();
        assertThat(run("--help")).isZero();
        assertThat(run("help", "check")).isZero();
        assertThat(run("--version")).isZero();

        assertThat(err.toString()).isEmpty();
        assertThat(out.toString())
                .contains("check  Checks a configuration file")
                .contains("weir check [-hV] FILE");
        assertThat(out.toString().lines().toList().getLast()).startsWith("weir ");
    }
}
