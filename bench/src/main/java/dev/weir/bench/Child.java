package dev.weir.bench;

import dev.weir.bench.measure.Pins;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Another process, so that what it does is not counted here: a JVM with the same modules, or a program in C. It is
/// spoken to in lines and ends with its input.
///
/// **Owns:** the process, until [#close].
/// **Threads:** confined to the thread that made it.
final class Child implements AutoCloseable {
    private static final long END_SECONDS = 5;

    private final Process process;
    private final BufferedReader out;
    private final PrintStream in;

    private Child(Process process) {
        this.process = process;
        this.out = process.inputReader(StandardCharsets.UTF_8);
        this.in = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    /// Starts `main` with these arguments.
    static Child start(Class<?> main, List<String> arguments) throws IOException {
        return start(List.of(), main, arguments);
    }

    /// Starts a load on the load's core.
    static Child startLoad(Class<?> main) throws IOException {
        return start(List.of("taskset", "-c", Pins.LOAD), main, List.of());
    }

    /// Starts a program on the load's core.
    static Child startProgram(CProgram program, Object... arguments) throws IOException {
        var command = new ArrayList<>(
                List.of("taskset", "-c", Pins.LOAD, program.path().toString()));
        for (Object argument : arguments) command.add(argument.toString());
        return start(command);
    }

    private static Child start(List<String> before, Class<?> main, List<String> arguments) throws IOException {
        var command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-p", System.getProperty("jdk.module.path", "")));
        command.addAll(List.of("--add-modules", "dev.weir.gateway"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        return start(command);
    }

    private static Child start(List<String> command) throws IOException {
        return new Child(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    void tell(String line) {
        in.println(line);
    }

    /// The next line it says.
    String hear() throws IOException {
        String line = out.readLine();
        if (line == null) throw new IOException("a program that the bench started ended too soon");
        return line;
    }

    @Override
    public void close() {
        in.close();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) process.destroyForcibly();
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
