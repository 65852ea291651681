package dev.weir.http.server;

import dev.weir.http.codec.HeadEncoder;
import dev.weir.http.codec.HttpVersion;
import java.time.Duration;

/// The lines in the heads of a server's answers that say whether the connection persists, encoded when the
/// server is opened.
///
/// `close` has a line of its own: some clients do not find it in a list.
///
/// **Threads:** immutable.
final class PersistenceLines {
    private static final String KEEP_ALIVE = "Connection: keep-alive\r\n";
    private static final byte[] CLOSE = HeadEncoder.ascii("Connection: close\r\n");
    private static final byte[] UNSAID = {};

    /// The most bytes of such lines.
    static final int BYTES_MAX = 64;

    private final byte[] keptOld;
    private final byte[] kept;

    /// @param idle how long a connection is kept; the field says a second less, so that the client closes first
    PersistenceLines(KeepAliveField field, Duration idle) {
        long seconds = idle.toSeconds() - 1;
        String lines = seconds > 0 ? KEEP_ALIVE + "Keep-Alive: timeout=" + seconds + "\r\n" : KEEP_ALIVE;
        keptOld = HeadEncoder.ascii(field == KeepAliveField.OFF ? KEEP_ALIVE : lines);
        kept = field == KeepAliveField.ALL && seconds > 0 ? HeadEncoder.ascii(lines) : UNSAID;
    }

    /// The lines of a last answer.
    static byte[] close() {
        return CLOSE;
    }

    /// The lines of an answer after which the connection persists; in HTTP/1.1 that needs none.
    byte[] kept(HttpVersion version) {
        return version == HttpVersion.HTTP_1_0 ? keptOld : kept;
    }
}
