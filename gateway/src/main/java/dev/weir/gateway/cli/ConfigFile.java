package dev.weir.gateway.cli;

import dev.weir.gateway.config.ConfigErrorPrinter;
import dev.weir.gateway.config.ConfigReader;
import dev.weir.gateway.config.GatewayConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/// Reads the configuration file that a command names, and prints what is wrong with it.
///
/// **Threads:** immutable.
/// **Waits:** for the disk.
/// **Limits:** 4 MiB; a longer file is not read.
public final class ConfigFile {
    private static final int BYTES_LIMIT = 4 << 20;

    private ConfigFile() {}

    /// Reads the configuration in a file; empty after its errors were printed, which ends the command with
    /// status 2.
    ///
    /// @param fileName relative to the working directory, or absolute
    /// @param err lent
    public static Optional<GatewayConfig> read(String fileName, PrintWriter err) {
        return text(fileName, err).flatMap(text -> switch (ConfigReader.read(fileName, text)) {
            case ConfigReader.Read(var config) -> Optional.of(config);
            case ConfigReader.Refused refused -> {
                err.print(ConfigErrorPrinter.print(refused));
                err.flush();
                yield Optional.empty();
            }
        });
    }

    /// Prints that the budget in the file is too small, in the form of other configuration errors.
    ///
    /// @param words what was expected, what was found
    /// @param remedy what to write instead; empty when nothing is known
    public static void refuseMemory(String fileName, String words, String remedy, PrintWriter err) {
        text(fileName, err).ifPresent(text -> {
            err.print(ConfigErrorPrinter.print(ConfigReader.refuseMemory(fileName, text, words, remedy)));
            err.flush();
        });
    }

    private static Optional<String> text(String fileName, PrintWriter err) {
        String problem;
        try {
            var path = Path.of(fileName);
            if (Files.isDirectory(path)) {
                problem = "is a directory";
            } else {
                byte[] bytes = firstBytes(path);
                if (bytes.length <= BYTES_LIMIT) {
                    return Optional.of(StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString());
                }
                problem = "is longer than 4 MiB";
            }
        } catch (NoSuchFileException _) {
            problem = "does not exist";
        } catch (AccessDeniedException _) {
            problem = "may not be read by this user";
        } catch (CharacterCodingException _) {
            problem = "is not UTF-8 text";
        } catch (InvalidPathException _) {
            problem = "is no name of a file";
        } catch (IOException failure) {
            problem = "cannot be read: " + failure.getMessage();
        }
        err.println("weir: " + fileName + ": expected a configuration file, but it " + problem);
        return Optional.empty();
    }

    private static byte[] firstBytes(Path path) throws IOException {
        try (var in = Files.newInputStream(path)) {
            return in.readNBytes(BYTES_LIMIT + 1);
        }
    }
}
