package dev.weir.gateway.forward;

import dev.weir.http.codec.FieldLine;
import dev.weir.http.codec.FieldName;
import dev.weir.http.codec.Framing;
import dev.weir.http.codec.HeadWriter;
import dev.weir.http.codec.MessageReader;
import dev.weir.http.codec.RequestReader;
import dev.weir.http.codec.ResponseReader;
import java.nio.ByteBuffer;

/// Counts the fields that an HTTP/1 head would have, and writes nothing.
///
/// **Threads:** confined to its loop.
final class FieldCounter implements HeadWriter {
    private int count;

    void begin() {
        count = 0;
    }

    int count() {
        return count;
    }

    @Override
    public void request(RequestReader of, byte[] root) {
        // a start line, no field
    }

    @Override
    public void response(ResponseReader of) {
        // a start line, no field
    }

    @Override
    public void host(ByteBuffer from, int start, int end) {
        count++;
    }

    @Override
    public void host(byte[] name) {
        count++;
    }

    @Override
    public void keep(MessageReader of, int index) {
        count++;
    }

    @Override
    public void keepUpgrade(MessageReader of, int index) {
        count += 2;
    }

    @Override
    public void add(FieldLine field) {
        count++;
    }

    @Override
    public void add(FieldName name, ByteBuffer from, int start, int end) {
        count++;
    }

    @Override
    public void add(FieldName name, byte[] from, int length) {
        count++;
    }

    @Override
    public void add(FieldName name, long number) {
        count++;
    }

    @Override
    public void takesTrailers() {
        count += 2;
    }

    @Override
    public void body(Framing framing) {
        if (framing == Framing.CHUNKED) count++;
    }

    @Override
    public void connection() {
        count++;
    }
}
