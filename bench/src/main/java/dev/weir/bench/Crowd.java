package dev.weir.bench;

import java.io.IOException;
import java.util.regex.Pattern;

/// Many slow clients, in a process of their own.
///
/// **Owns:** that process, until [#close].
/// **Threads:** confined to the bench.
final class Crowd implements AutoCloseable {
    private static final Pattern STATE =
            Pattern.compile("open (\\d+) refused (\\d+) cut (\\d+) bytes (\\d+) waits (\\d+)");

    private final Child process;

    private Crowd(Child process) {
        this.process = process;
    }

    /// Who they are.
    ///
    /// @param clients how many
    /// @param comesAgain whether one that is refused or cut comes again a second later
    record Size(int clients, boolean comesAgain) {}

    /// How it goes for them.
    ///
    /// @param open whose connection stands
    /// @param refused how often one was answered something else than 200
    /// @param cut how often a connection was closed
    /// @param bytes of answers that they read, or of requests that were taken from them
    /// @param still for whom nothing moved in five seconds
    record State(int open, int refused, int cut, long bytes, int still) {
        static State of(String line) throws IOException {
            var found = STATE.matcher(line);
            if (!found.matches()) throw new IOException("the crowd said " + line);
            return new State(
                    Integer.parseInt(found.group(1)),
                    Integer.parseInt(found.group(2)),
                    Integer.parseInt(found.group(3)),
                    Long.parseLong(found.group(4)),
                    Integer.parseInt(found.group(5)));
        }
    }

    /// Begins to come, 100 clients every tenth of a second.
    static Crowd start(int port, CrowdBehaviour kind, Size size) throws IOException {
        String again = size.comesAgain() ? "again" : "once";
        return new Crowd(Child.startProgram(CProgram.CROWD, port, size.clients(), kind.word(), again));
    }

    State state() throws IOException {
        process.tell("");
        return State.of(process.hear());
    }

    @Override
    public void close() {
        process.close();
    }
}
