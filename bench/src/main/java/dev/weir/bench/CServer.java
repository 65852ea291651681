package dev.weir.bench;

import dev.weir.bench.measure.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/// The minimal server in C: the limit to compare with, and the origin behind every proxy. It is compiled when its
/// source
/// is newer than what was compiled before.
final class CServer {
    private static final Program COMPILER = new Program("gcc");
    private static final List<String> FLAGS = List.of("-O2", "-Wall", "-Wextra", "-Werror");

    private CServer() {}

    /// The program; its one argument is a port.
    ///
    /// @throws IOException when there is no gcc, or it refuses the source
    static Path program() throws IOException {
        Path source = Home.cSources().resolve("epoll.c");
        Path program = Home.cPrograms().resolve("epoll");
        if (!isFresh(program, source)) compile(source, program);
        return program;
    }

    /// What it was compiled with.
    static String version() throws IOException {
        return "gcc " + COMPILER.told("-dumpfullversion", "([\\d.]+)") + " -O2";
    }

    private static boolean isFresh(Path program, Path source) throws IOException {
        return Files.exists(program)
                && Files.getLastModifiedTime(program).compareTo(Files.getLastModifiedTime(source)) >= 0;
    }

    // a program that runs cannot be written to, but another file may take its name
    private static void compile(Path source, Path program) throws IOException {
        Files.createDirectories(Home.cPrograms());
        Path made = Files.createTempFile(Home.cPrograms(), "epoll", ".new");
        var line = new ArrayList<>(List.of(COMPILER.path().toString()));
        line.addAll(FLAGS);
        line.addAll(List.of("-o", made.toString(), source.toString()));
        Output compiler = Output.of(line);
        if (compiler.exit() != 0) {
            Files.delete(made);
            throw new IOException("gcc refuses " + source + ":\n" + compiler.text());
        }
        Files.move(made, program, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
