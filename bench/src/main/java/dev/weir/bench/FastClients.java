package dev.weir.bench;

import java.io.IOException;
import java.util.regex.Pattern;

/// Clients that read as fast as they can, in a process of their own.
///
/// **Owns:** that process, until [#close].
/// **Threads:** confined to the bench.
final class FastClients implements AutoCloseable {
    private static final Pattern STATE = Pattern.compile("asked (\\d+) answered (\\d+) failed (\\d+) bytes (\\d+)");

    private final Child process;

    private FastClients(Child process) {
        this.process = process;
    }

    /// What came up to now.
    record State(long asked, long answered, long failed, long bytes) {
        static State of(String line) throws IOException {
            var found = STATE.matcher(line);
            if (!found.matches()) throw new IOException("the eager clients said " + line);
            return new State(
                    Long.parseLong(found.group(1)),
                    Long.parseLong(found.group(2)),
                    Long.parseLong(found.group(3)),
                    Long.parseLong(found.group(4)));
        }
    }

    /// What they ask for, and how they read it.
    ///
    /// @param clients how many
    /// @param path that they ask for
    /// @param readBytes of one read
    /// @param paceMillis from one read to the next, 0 for as fast as they can: with a pace, whoever sends must wait
    record Asking(int clients, String path, int readBytes, int paceMillis) {}

    /// Begins to ask.
    ///
    /// @param requests after which it stops, 0 for never
    static FastClients start(int port, Asking asking, long requests) throws IOException {
        return new FastClients(Child.startProgram(
                CProgram.EAGER,
                port,
                asking.clients(),
                asking.path(),
                requests,
                asking.readBytes(),
                asking.paceMillis()));
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
