package dev.weir.bench;

import dev.weir.bench.measure.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/// A program of the folder `src/main/c`. It is compiled when its source is newer than what was compiled before.
///
/// **Threads:** immutable.
///
/// @param name of the source, without its end
record CProgram(String name) {
    /// The minimal server: the limit to compare with, and the origin behind every proxy.
    static final CProgram SERVER = new CProgram("epoll");

    /// Many slow clients.
    static final CProgram CROWD = new CProgram("crowd");

    /// Clients that read as fast as they can.
    static final CProgram EAGER = new CProgram("eager");

    private static final Program COMPILER = new Program("gcc");
    private static final List<String> FLAGS = List.of("-O2", "-Wall", "-Wextra", "-Werror");

    /// The program; its arguments stand at the head of its source.
    ///
    /// @throws IOException when there is no gcc, or it refuses the source
    Path path() throws IOException {
        Path source = BenchFolders.cSources().resolve(name + ".c");
        Path program = BenchFolders.cPrograms().resolve(name);
        if (!isFresh(program, source)) compile(source, program);
        return program;
    }

    /// What it is compiled with.
    static String version() throws IOException {
        return "gcc " + COMPILER.told("-dumpfullversion", "([\\d.]+)") + " -O2";
    }

    private static boolean isFresh(Path program, Path source) throws IOException {
        return Files.exists(program)
                && Files.getLastModifiedTime(program).compareTo(Files.getLastModifiedTime(source)) >= 0;
    }

    // a program that runs cannot be written to, but another file may take its name
    private void compile(Path source, Path program) throws IOException {
        Files.createDirectories(BenchFolders.cPrograms());
        Path made = Files.createTempFile(BenchFolders.cPrograms(), name, ".new");
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
