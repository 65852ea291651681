package dev.weir.gateway.log;

import dev.weir.gateway.request.RequestRecord;

/// Writes the fields of a record into a line, or nulls when there is no record.
///
/// **Threads:** confined to its loop.
final class RecordLine {
    private RecordLine() {}

    static void putId(JsonLine line, RequestRecord record) {
        line.text("id", record.idBytes(), 0, record.idLength());
    }

    static void putRequest(JsonLine line, RequestRecord record) {
        byte[] text = record.text();
        line.text("method", text, record.methodFrom(), record.methodTo());
        line.text("host", text, record.methodTo(), record.hostTo());
        line.text("path", text, record.hostTo(), record.pathTo());
    }

    static void putNoRequest(JsonLine line) {
        line.nullValue("method");
        line.nullValue("host");
        line.nullValue("path");
    }

    static void putOrigin(JsonLine line, RequestRecord record) {
        line.text("upstream", record.upstream(), 0, record.upstream().length);
        line.text("origin", record.origin(), 0, record.origin().length);
        line.number("attempts", record.attempts());
        line.bool("reused", record.isReused());
    }

    static void putNoOrigin(JsonLine line) {
        line.nullValue("upstream");
        line.nullValue("origin");
        line.number("attempts", 0);
        line.bool("reused", false);
    }

    static void putWaits(JsonLine line, RequestRecord record) {
        line.micros("poolWaitMicros", record.poolWaitNanos());
        line.micros("connectMicros", record.connectNanos());
        line.micros("responseMicros", record.responseNanos());
    }

    static void putNoWaits(JsonLine line) {
        line.number("poolWaitMicros", 0);
        line.number("connectMicros", 0);
        line.number("responseMicros", 0);
    }

    /// The most bytes that the texts take in a line.
    static int bytesMax(RequestRecord record) {
        int text = record.idLength() + record.pathTo() - record.methodFrom();
        return JsonLine.ESCAPED_BYTES_MAX * (text + record.upstream().length + record.origin().length);
    }
}
