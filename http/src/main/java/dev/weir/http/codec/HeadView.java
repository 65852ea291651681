package dev.weir.http.codec;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// A decoded head of HTTP/1 at its current position: relative positions become indexes of its block.
///
/// One view serves one head after the other, so that none is made for a request.
///
/// **Owns:** nothing.
/// **Threads:** confined to its loop.
/// **Fails:** `IllegalStateException` when it is read before it was set to a head.
///
/// @param <H> the kind of head
public abstract sealed class HeadView<H extends MessageHead> implements MessageReader
        permits RequestView, ResponseView {
    private @Nullable H head;
    private @Nullable Fields fields;
    private @Nullable ByteBuffer bytes;
    private int base;

    HeadView() {}

    final void show(H shown, ByteBuffer block, int headFrom) {
        head = shown;
        fields = shown.fields();
        bytes = block;
        base = headFrom;
    }

    final H head() {
        return shown(head);
    }

    final Fields fields() {
        return shown(fields);
    }

    final int base() {
        return base;
    }

    private static <T> T shown(@Nullable T part) {
        if (part == null) throw new IllegalStateException("the view shows no head yet");
        return part;
    }

    @Override
    public final ByteBuffer bytes() {
        return shown(bytes);
    }

    @Override
    public final HttpVersion version() {
        return head().version();
    }

    @Override
    public final Framing framing() {
        return head().framing();
    }

    @Override
    public final long contentLength() {
        return head().contentLength();
    }

    @Override
    public final int count() {
        return fields().count();
    }

    @Override
    public final Field field(int index) {
        return fields().field(index);
    }

    @Override
    public final boolean isHopByHop(int index) {
        return fields().isHopByHop(index);
    }

    @Override
    public final int nameFrom(int index) {
        return base + fields().nameFrom(index);
    }

    @Override
    public final int nameTo(int index) {
        return base + fields().nameTo(index);
    }

    @Override
    public final int valueFrom(int index) {
        return base + fields().valueFrom(index);
    }

    @Override
    public final int valueTo(int index) {
        return base + fields().valueTo(index);
    }

    @Override
    public final int indexOf(Field field) {
        return fields().indexOf(field);
    }
}
