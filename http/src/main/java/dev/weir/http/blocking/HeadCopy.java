package dev.weir.http.blocking;

import dev.weir.http.codec.Fields;
import dev.weir.http.codec.HttpVersion;
import dev.weir.http.codec.Method;
import dev.weir.http.codec.RequestHead;
import dev.weir.http.codec.RequestReader;
import dev.weir.http.server.ServerExchange;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A request's head, copied out of the block in which it was received.
///
/// **Threads:** immutable.
/// **Limits:** as long as the server allows heads to be; texts are made when they are asked for.
final class HeadCopy {
    private static final int POSITIONS = 4;

    private final byte[] bytes;
    private final char[] fields; // name from, name to, value from, value to
    private final Method method;
    private final HttpVersion version;
    private final char methodFrom;
    private final char methodTo;
    private final char targetFrom;
    private final char targetTo;
    private final char pathFrom;
    private final char pathTo;
    private final char queryTo;

    private HeadCopy(RequestHead head, byte[] bytes) {
        this.bytes = bytes;
        this.fields = positions(head.fields());
        this.method = head.method();
        this.version = head.version();
        this.methodFrom = (char) head.methodFrom();
        this.methodTo = (char) head.methodTo();
        this.targetFrom = (char) head.targetFrom();
        this.targetTo = (char) head.targetTo();
        this.pathFrom = (char) head.pathFrom();
        this.pathTo = (char) head.pathTo();
        this.queryTo = (char) head.queryTo();
    }

    static HeadCopy of(ServerExchange exchange) {
        RequestHead head = exchange.head();
        byte[] bytes = new byte[head.headBytes()];
        RequestReader request = exchange.request();
        // Why: a request of HTTP/1 begins with its method, at the first byte of its head.
        request.bytes().get(request.methodFrom() - head.methodFrom(), bytes);
        return new HeadCopy(head, bytes);
    }

    private static char[] positions(Fields from) {
        char[] positions = new char[from.count() * POSITIONS];
        for (int i = 0, at = 0; i < from.count(); i++) {
            positions[at++] = (char) from.nameFrom(i);
            positions[at++] = (char) from.nameTo(i);
            positions[at++] = (char) from.valueFrom(i);
            positions[at++] = (char) from.valueTo(i);
        }
        return positions;
    }

    Method method() {
        return method;
    }

    HttpVersion version() {
        return version;
    }

    String methodName() {
        return method == Method.OTHER ? text(methodFrom, methodTo) : method.name();
    }

    String target() {
        return text(targetFrom, targetTo);
    }

    String path() {
        return pathFrom == pathTo ? "/" : text(pathFrom, pathTo);
    }

    /// The part after the question mark; null without one.
    @Nullable
    String query() {
        return queryTo <= pathTo ? null : text(pathTo + 1, queryTo);
    }

    int count() {
        return fields.length / POSITIONS;
    }

    String name(int index) {
        return text(fields[index * POSITIONS], fields[index * POSITIONS + 1]);
    }

    String value(int index) {
        return text(fields[index * POSITIONS + 2], fields[index * POSITIONS + 3]);
    }

    List<String> values(String name) {
        var values = new ArrayList<String>(1);
        for (int i = 0; i < count(); i++) {
            if (isNamed(i, name)) values.add(value(i));
        }
        return values;
    }

    private boolean isNamed(int index, String name) {
        int from = fields[index * POSITIONS];
        if (fields[index * POSITIONS + 1] - from != name.length()) return false;
        for (int i = 0; i < name.length(); i++) {
            if (lower(bytes[from + i] & 0xff) != lower(name.charAt(i))) return false;
        }
        return true;
    }

    private static int lower(int letter) {
        return letter >= 'A' && letter <= 'Z' ? letter + ('a' - 'A') : letter;
    }

    private String text(int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
