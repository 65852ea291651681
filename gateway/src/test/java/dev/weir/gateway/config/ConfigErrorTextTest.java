package dev.weir.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Proves what a person sees for each thing that can be wrong with a file. The cases are in `faults.txt`: a
/// file and the exact lines that are printed for it.
final class ConfigErrorTextTest {

    record Case(String name, String file, String printed) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Case> cases() throws IOException {
        try (var in = ConfigErrorTextTest.class.getResourceAsStream("faults.txt")) {
            assertThat(in).isNotNull();
            var text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            var cases = new ArrayList<Case>();
            var parts = List.of(text.split("(?m)^=== ", -1));
            for (var part : parts.subList(1, parts.size())) {
                int nameTo = part.indexOf('\n');
                // Why: the last one, because some of the files hold such a line themselves.
                int fileTo = part.lastIndexOf("\n---\n");
                cases.add(new Case(
                        part.substring(0, nameTo),
                        part.substring(nameTo + 1, fileTo + 1).replace("\\u0001", "\u0001"),
                        part.substring(fileTo + 5)));
            }
            return cases;
        }
    }

    static String printed(String file) {
        return switch (ConfigReader.read("weir.yaml", file)) {
            case ConfigReader.Read(var config) -> "no fault: " + config;
            case ConfigReader.Refused refused -> ConfigErrorPrinter.print(refused);
        };
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void anErrorSaysWhereWhatAndWhatToDo(Case one) {
        assertThat(printed(one.file)).isEqualTo(one.printed);
    }

    @Test
    void aTooLongFileIsRefusedWithoutBeingRead() {
        assertThat(printed("#".repeat((1 << 20) + 1)))
                .startsWith("weir.yaml:1:1: file: expected at most 1 Mi characters, found 1048577\n");
    }

    @Test
    void aLongLineIsCutToThePartAroundTheCaret() {
        var printed = printed("# x\nmemory: \"" + "7".repeat(5000) + "\", zzz\n");

        assertThat(printed.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(400));
        assertThat(printed).contains("weir.yaml:2:").contains("^");
    }

    @Test
    void errorsAfterTheFirstFiftyAreCounted() {
        var file = new StringBuilder();
        for (int i = 0; i < 60; i++) {
            file.append("key").append(i).append(": 1\n");
        }

        assertThat(printed(file.toString())).contains("key40: ").endsWith("and 12 more\n");
    }

    @Test
    void aChainOfAliasesIsRefusedBeforeItGrows() {
        var file = new StringBuilder("a: &a [x]\nb: [");
        file.append("*a, ".repeat(101)).append("]\n");

        assertThat(printed(file.toString())).contains("expected at most 100 aliases, found more");
    }
}
