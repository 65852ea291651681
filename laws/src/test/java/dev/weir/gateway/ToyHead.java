package dev.weir.gateway;

import dev.weir.http.codec.Field;
import dev.weir.http.codec.Framing;
import dev.weir.http.codec.HttpVersion;
import dev.weir.http.codec.MessageReader;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// A head that never was HTTP/1: names and values in an array, one right behind the other, the last field
/// first, and no colon, space or line end between them.
public abstract class ToyHead implements MessageReader {
    /// A field of a message.
    public record Pair(String name, String value) {
        /// Its known name.
        Field field() {
            boolean isKnown = !name.contains("_")
                    && Arrays.stream(Field.values())
                            .anyMatch(one -> one != Field.OTHER && one.name().equals(asConstant()));
            return isKnown ? Field.valueOf(asConstant()) : Field.OTHER;
        }

        private String asConstant() {
            return name.replace('-', '_').toUpperCase(Locale.ROOT);
        }
    }

    /// What of a head has nothing to do with its kind.
    public record Common(HttpVersion version, Framing framing, long contentLength, List<Pair> fields) {}

    private static final int RANGE = 2;

    private final Common common;
    private final int[] names;
    private final int[] values;
    private final ByteArrayOutputStream collected = new ByteArrayOutputStream();
    private ByteBuffer bytes = ByteBuffer.allocate(0);

    ToyHead(Common common) {
        this.common = common;
        this.names = new int[RANGE * common.fields().size()];
        this.values = new int[RANGE * common.fields().size()];
        for (int i = common.fields().size() - 1; i >= 0; i--) {
            put(common.fields().get(i).value(), values, i);
            put(common.fields().get(i).name(), names, i);
        }
    }

    private void put(String text, int[] ranges, int index) {
        int[] range = put(text);
        ranges[RANGE * index] = range[0];
        ranges[RANGE * index + 1] = range[1];
    }

    /// Adds a text and returns where it begins and ends.
    final int[] put(String text) {
        int from = collected.size();
        collected.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
        return new int[] {from, collected.size()};
    }

    final void complete() {
        bytes = ByteBuffer.wrap(collected.toByteArray());
    }

    @Override
    public final ByteBuffer bytes() {
        return bytes;
    }

    @Override
    public final HttpVersion version() {
        return common.version();
    }

    @Override
    public final Framing framing() {
        return common.framing();
    }

    @Override
    public final long contentLength() {
        return common.contentLength();
    }

    @Override
    public final int count() {
        return common.fields().size();
    }

    @Override
    public final Field field(int index) {
        return common.fields().get(index).field();
    }

    @Override
    public final boolean isHopByHop(int index) {
        String name = common.fields().get(index).name();
        return field(index).isHopByHop()
                || common.fields().stream()
                        .filter(one -> one.field() == Field.CONNECTION)
                        .flatMap(one -> Arrays.stream(one.value().split(",", -1)))
                        .anyMatch(option -> option.strip().equalsIgnoreCase(name));
    }

    @Override
    public final int nameFrom(int index) {
        return names[RANGE * index];
    }

    @Override
    public final int nameTo(int index) {
        return names[RANGE * index + 1];
    }

    @Override
    public final int valueFrom(int index) {
        return values[RANGE * index];
    }

    @Override
    public final int valueTo(int index) {
        return values[RANGE * index + 1];
    }
}
