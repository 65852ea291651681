package dev.weir.http.server;

import dev.weir.http.codec.HeadEncoder;
import dev.weir.http.codec.HttpVersion;
import java.time.Duration;

/// The lines by which the heads of a server's answers say how the connection goes on, encoded when it is opened.
///
/// `close` stands alone in its line: some clients do not find it in a list.
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

    /// @param idle how long a connection is kept: a client is told a second less, so that it is the first to
    ///     close
    PersistenceLines(KeepAliveField field, Duration idle) {
        long seconds = idle.toSeconds() - 1;
        String lines = seconds > 0 ? KEEP_ALIVE + "Keep-Alive: timeout=" + seconds + "\r\n" : KEEP_ALIVE;
        keptOld = HeadEncoder.ascii(field == KeepAliveField.OFF ? KEEP_ALIVE : lines);
        kept = field == KeepAliveField.ALL && seconds > 0 ? HeadEncoder.ascii(lines) : UNSAID;
    }

    /// This was the last answer.
    static byte[] close() {
        return CLOSE;
    }

    /// The connection goes on; HTTP/1.1 does so without a word.
    byte[] kept(HttpVersion version) {
        return version == HttpVersion.HTTP_1_0 ? keptOld : kept;
    }
}
