package dev.weir.gateway.log;

import dev.weir.gateway.request.RequestRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// What the log's line says of a request, without a server.
public final class LogText {
    private static final int ROOM = 16 * 1024;

    private LogText() {}

    /// The part of a line that a record is the source of.
    public static String of(RequestRecord record) {
        ByteBuffer room = ByteBuffer.allocate(ROOM);
        var line = new JsonLine();
        line.begin(room);
        RecordLine.putId(line, record);
        RecordLine.putRequest(line, record);
        RecordLine.putOrigin(line, record);
        line.end();
        return new String(room.array(), 0, room.position(), StandardCharsets.US_ASCII);
    }
}
