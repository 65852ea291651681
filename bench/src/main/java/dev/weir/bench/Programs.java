package dev.weir.bench;

import dev.weir.bench.measure.Contender;
import dev.weir.bench.measure.Contender.Command;
import dev.weir.bench.measure.Contender.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/// The servers of the machine that are no JVMs, as servers and as proxies: each with a configuration of the folder
/// `peers`, in one process that stays in the foreground.
final class Programs {
    private static final int SEGMENT_BYTES = 1_448;
    private static final Program NGINX = new Program("nginx");
    private static final Program HAPROXY = new Program("haproxy");
    private static final Program H2O = new Program("h2o");

    private Programs() {}

    /// The server in C, which is also every proxy's origin.
    static Contender c() {
        Command command = place -> List.of(CProgram.SERVER.path().toString(), String.valueOf(place.port()));
        return new Contender("C epoll", false, command, CProgram::version);
    }

    /// The same server as an origin whose segments are those of an Ethernet.
    static Contender ethernetOrigin() {
        Command command = place ->
                List.of(CProgram.SERVER.path().toString(), String.valueOf(place.port()), String.valueOf(SEGMENT_BYTES));
        return new Contender("C epoll, segments of an Ethernet", false, command, CProgram::version);
    }

    /// @param template which of its configurations
    static Contender nginx(String name, String template) {
        Command command = place -> {
            String config = Template.fill(template, place).toString();
            return List.of(
                    NGINX.path().toString(),
                    "-e",
                    "stderr",
                    "-p",
                    place.folder().toString(),
                    "-c",
                    config);
        };
        Version version = () -> "nginx " + NGINX.told("-v", "nginx/([\\d.]+)");
        return new Contender(name, false, command, version);
    }

    /// @param template which of its configurations
    static Contender haproxy(String name, String template) {
        Command command = place -> List.of(
                HAPROXY.path().toString(),
                "-db",
                "-f",
                Template.fill(template, place).toString());
        return new Contender(name, false, command, Programs::haproxyVersion);
    }

    /// HAProxy writes its log to its standard output only: a shell, whose place it takes, leads that to a file.
    static Contender haproxyWithLog(String name, String template) {
        Command command = place -> List.of(
                "/bin/sh",
                "-c",
                "exec \"$0\" -db -f \"$1\" >\"$2\"",
                HAPROXY.path().toString(),
                Template.fill(template, place).toString(),
                place.folder().resolve("access.log").toString());
        return new Contender(name, false, command, Programs::haproxyVersion);
    }

    /// @param template which of its configurations
    static Contender h2o(String name, String template) {
        Command command = place -> {
            Files.writeString(place.folder().resolve("hello.txt"), "Hello, World!");
            return List.of(
                    H2O.path().toString(),
                    "-m",
                    "worker",
                    "-c",
                    Template.fill(template, place).toString());
        };
        Version version = () -> "h2o " + H2O.told("-v", "version ([\\d.]+)");
        return new Contender(name, false, command, version);
    }

    private static String haproxyVersion() throws IOException {
        return "HAProxy " + HAPROXY.told("-v", "version ([\\d.]+)");
    }
}
