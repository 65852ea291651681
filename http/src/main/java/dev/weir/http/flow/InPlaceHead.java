package dev.weir.http.flow;

import dev.weir.http.codec.FieldLine;
import dev.weir.http.codec.FieldName;
import dev.weir.http.codec.Framing;
import dev.weir.http.codec.HeadEncoder;
import dev.weir.http.codec.HeadView;
import dev.weir.http.codec.HeadWriter;
import dev.weir.http.codec.MessageReader;
import dev.weir.http.codec.RequestReader;
import dev.weir.http.codec.ResponseReader;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Writes a head of HTTP/1 and puts it in the place of the head from which it was made, before the body. It is
/// written into the loop's scratch first, because the old head is read meanwhile, and then copied back so that
/// it ends where the body begins.
///
/// A field that was received by HTTP/1 is copied as a line, so that a head does not grow by being forwarded.
///
/// **Owns:** nothing; the scratch is lent from [#begin] until the head was placed.
/// **Threads:** confined to its loop.
/// **Limits:** the size of the scratch, and the room before the body, which is [HeadBlocks#HEADROOM] bytes more
/// than the old head had.
/// **Source:** ADR 7, heads are rewritten in their block; RFC 9112 sections 3 to 5.
public final class InPlaceHead implements HeadWriter {
    private static final byte[] SPACE = HeadEncoder.ascii(" ");
    private static final byte[] HTTP_1_1 = HeadEncoder.ascii(" HTTP/1.1\r\nHost: ");
    private static final byte[] SEPARATOR = HeadEncoder.ascii(": ");
    private static final byte[] CHUNKED = HeadEncoder.ascii("Transfer-Encoding: chunked\r\n");
    private static final byte[] UPGRADE = HeadEncoder.ascii("Connection: upgrade\r\n");
    private static final byte[] TAKES_TRAILERS = HeadEncoder.ascii("TE: trailers\r\nConnection: TE\r\n");
    private static final byte[] NOTHING = {};

    private final HeadEncoder encoder = new HeadEncoder();
    private @Nullable ByteBuffer scratch;
    private byte[] connectionLines = NOTHING;

    /// Makes a writer without a head.
    public InPlaceHead() {}

    /// Begins a head.
    ///
    /// @param room where it is written first, from its position; lent until the head was placed
    /// @param lines the lines about the connection, line ends included
    public void begin(ByteBuffer room, byte[] lines) {
        scratch = room;
        connectionLines = lines;
        encoder.begin(room);
    }

    /// Ends the head.
    ///
    /// @return false when there was no room for all of it: it must not be sent
    public boolean end() {
        boolean isWhole = encoder.end();
        scratch().flip();
        return isWhole;
    }

    /// The ended head.
    ///
    /// @return lent; its position moves when it is placed
    public ByteBuffer written() {
        return scratch();
    }

    /// How many bytes the ended head has.
    public int bytes() {
        return scratch().remaining();
    }

    /// Puts the head before a body of which nothing has been moved yet.
    ///
    /// @param kept whether head and body are to be kept after they were written, as [BodyFlow#prepend] says
    /// @return false when there is not enough room
    public boolean placeBefore(BodyFlow body, boolean kept) {
        return body.prepend(scratch(), kept);
    }

    private ByteBuffer scratch() {
        ByteBuffer room = scratch;
        if (room == null) throw new IllegalStateException("begin comes first");
        return room;
    }

    @Override
    public void request(RequestReader of, byte[] root) {
        ByteBuffer from = of.bytes();
        encoder.raw(from, of.methodFrom(), of.methodTo());
        encoder.raw(SPACE);
        encoder.raw(root);
        encoder.raw(from, of.pathFrom(), of.queryTo());
    }

    @Override
    public void host(ByteBuffer from, int start, int end) {
        encoder.raw(HTTP_1_1);
        encoder.raw(from, start, end);
        encoder.lineEnd();
    }

    @Override
    public void host(byte[] name) {
        encoder.raw(HTTP_1_1);
        encoder.raw(name);
        encoder.lineEnd();
    }

    @Override
    public void response(ResponseReader of) {
        encoder.statusLine(of.status(), of.bytes(), of.reasonFrom(), of.reasonTo());
    }

    @Override
    public void keep(MessageReader of, int index) {
        if (of instanceof HeadView<?> lines) {
            encoder.copy(lines, index);
            return;
        }
        ByteBuffer from = of.bytes();
        encoder.raw(from, of.nameFrom(index), of.nameTo(index));
        encoder.raw(SEPARATOR);
        encoder.raw(from, of.valueFrom(index), of.valueTo(index));
        encoder.lineEnd();
    }

    @Override
    public void keepUpgrade(MessageReader of, int index) {
        keep(of, index);
        encoder.raw(UPGRADE);
    }

    @Override
    public void add(FieldLine field) {
        encoder.raw(field.bytes());
    }

    @Override
    public void add(FieldName name, ByteBuffer from, int start, int end) {
        encoder.field(name, from, start, end);
    }

    @Override
    public void add(FieldName name, byte[] from, int length) {
        encoder.field(name, from, length);
    }

    @Override
    public void add(FieldName name, long number) {
        encoder.field(name, number);
    }

    @Override
    public void takesTrailers() {
        encoder.raw(TAKES_TRAILERS);
    }

    @Override
    public void body(Framing framing) {
        if (framing == Framing.CHUNKED) encoder.raw(CHUNKED);
    }

    @Override
    public void connection() {
        encoder.raw(connectionLines);
    }
}
