package dev.weir.gateway.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// The annotated example: every setting with its unit, range and default.
///
/// **Threads:** immutable.
public final class ExampleConfig {
    private static final String FILE = "example.yaml";

    private ExampleConfig() {}

    /// The text of the example, which [ConfigReader] accepts.
    public static String text() {
        try (var in = ExampleConfig.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException(FILE + " is missing from the program");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
