package dev.weir.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The gateway as a program of its own, as users run it.
final class RunningGateway implements AutoCloseable {
    private final Process process;
    private final Path output;
    private final int port;

    private RunningGateway(Process process, Path output, int port) {
        this.process = process;
        this.output = output;
        this.port = port;
    }

    /// Starts it in front of `origins`; `more` is put into the configuration's top level.
    static RunningGateway start(Path folder, List<String> origins, String more) throws Exception {
        int port = Nginx.freePort();
        Path file = folder.resolve("gateway.yaml");
        Files.writeString(file, configuration(port, origins, more));
        Path output = folder.resolve("gateway.out");
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-ea", "-Xmx64m", "-cp", classPath(), "dev.weir.gateway.Main", "run", file.toString()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        var gateway = new RunningGateway(process, output, port);
        gateway.awaitText("ready:");
        return gateway;
    }

    private static String configuration(int port, List<String> origins, String more) {
        return """
                memory: 32MiB
                admin: off
                access-log: off
                %s
                listeners:
                  - bind: 127.0.0.1:%d
                    limits: { connections: 2000 }
                    routes: [ { upstream: web } ]
                upstreams:
                  web:
                    origins: [%s]
                    pool: { connections: 64, waiting: 2000 }
                """.formatted(more, port, String.join(", ", origins));
    }

    private static String classPath() {
        String tests = System.getProperty("surefire.test.class.path");
        return tests == null ? System.getProperty("java.class.path") : tests;
    }

    private void awaitText(String text) throws Exception {
        for (int tries = 0; tries < 400; tries++) {
            if (told().contains(text)) return;
            if (process.waitFor(50, TimeUnit.MILLISECONDS)) break;
        }
        throw new AssertionError("the gateway did not say '" + text + "' but: " + told());
    }

    String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    int port() {
        return port;
    }

    String told() throws IOException {
        return Files.readString(output);
    }

    /// Its resident memory, in KiB.
    long residentKib() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
            if (line.startsWith("VmRSS:")) return Long.parseLong(line.replaceAll("\\D", ""));
        }
        throw new AssertionError("no VmRSS of " + process.pid());
    }

    void signalTerm() {
        process.destroy();
    }

    int awaitExit() throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) throw new AssertionError("the gateway does not end");
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
