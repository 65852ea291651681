package dev.weir.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Proves that no text makes the reader or the printer throw. Files that are right or nearly so are damaged by
/// chance;
/// the seed of a failure is in its message.
final class JunkTest {
    private static final int ROUNDS = 6000 * Integer.getInteger("weir.tests.effort", 1);
    private static final String BITS =
            "{}[]:,-#&*!|>'\"%@`\\\n\r\t \u0000\u0001\u0085\u2028\uFEFF\uD800\uDC00\u00fc09azAZ.~?<=/_$";
    private static final List<String> WORDS = List.of(
            "\"\\Uffffffff\"",
            "\"\\ud800\"",
            "!!int x",
            "<<: *a",
            "&a ",
            "*a",
            "? ",
            "---\n",
            "...\n",
            "%YAML 1.2\n",
            "- - - ",
            "[[[[",
            "{{{{",
            ": ",
            "64MiB",
            "-1s",
            "99999999999999999999",
            "0x1",
            "null",
            "~",
            "''",
            "|\n",
            ">-\n");

    @Test
    void damagedFilesAreReadOrRefused() throws IOException {
        var originals = new ArrayList<String>();
        originals.add(ExampleConfig.text());
        ConfigErrorTextTest.cases().forEach(one -> originals.add(one.file()));
        for (long seed = 1; seed <= ROUNDS; seed++) {
            var chance = new Random(seed);
            var text = new StringBuilder(originals.get(chance.nextInt(originals.size())));
            for (int i = chance.nextInt(6); i >= 0; i--) {
                damage(text, chance);
            }
            check(seed, text.toString());
        }
    }

    @Test
    void randomPiecesOfYamlAreReadOrRefused() {
        for (long seed = 1; seed <= ROUNDS; seed++) {
            var chance = new Random(seed);
            var text = new StringBuilder();
            for (int i = chance.nextInt(60); i >= 0; i--) {
                text.append(piece(chance));
            }
            check(seed, text.toString());
        }
    }

    private static void damage(StringBuilder text, Random chance) {
        int from = chance.nextInt(text.length() + 1);
        int to = Math.min(text.length(), from + chance.nextInt(12));
        switch (chance.nextInt(3)) {
            case 0 -> text.delete(from, to);
            case 1 -> text.insert(from, piece(chance));
            default -> text.replace(from, to, piece(chance));
        }
    }

    private static String piece(Random chance) {
        return chance.nextInt(3) == 0
                ? WORDS.get(chance.nextInt(WORDS.size()))
                : String.valueOf(BITS.charAt(chance.nextInt(BITS.length())));
    }

    private static void check(long seed, String text) {
        try {
            switch (ConfigReader.read("junk.yaml", text)) {
                case ConfigReader.Read(var config) ->
                    assertThat(config.listeners()).isNotEmpty();
                case ConfigReader.Refused refused -> {
                    assertThat(refused.faults()).isNotEmpty().allSatisfy(fault -> {
                        assertThat(fault.line()).isPositive();
                        assertThat(fault.column()).isPositive();
                        assertThat(fault.path()).isNotEmpty();
                        assertThat(fault.message()).isNotEmpty();
                    });
                    assertThat(ConfigErrorPrinter.print(refused))
                            .startsWith("junk.yaml:")
                            .endsWith("\n");
                }
            }
        } catch (RuntimeException | AssertionError failure) {
            throw new AssertionError("seed " + seed + ", text:\n" + text, failure);
        }
    }
}
