package dev.weir.gateway.forward;

import dev.weir.http.codec.Field;
import dev.weir.http.codec.RequestReader;
import dev.weir.loop.EventLoop;
import java.nio.ByteBuffer;

/// The id of one request: the client's if it is usable, else a generated one.
///
/// **Threads:** confined to its loop.
/// **Limits:** 1 to 128 of `[A-Za-z0-9._-]`.
final class RequestIds {
    static final int BYTES_MAX = 128;
    private static final int OWN_BYTES = 32;
    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};

    private final EventLoop loop;
    private final byte[] id = new byte[BYTES_MAX];
    private int length;

    RequestIds(EventLoop loop) {
        this.loop = loop;
    }

    /// Takes the id from a head, or generates one.
    void take(RequestReader head) {
        int index = head.indexOf(Field.X_REQUEST_ID);
        if (index < 0 || !keep(head.bytes(), head.valueFrom(index), head.valueTo(index))) make();
    }

    /// The bytes of the id, from 0 to [#length]; lent.
    byte[] bytes() {
        return id;
    }

    int length() {
        return length;
    }

    private boolean keep(ByteBuffer bytes, int from, int to) {
        if (to == from || to - from > BYTES_MAX) return false;
        for (int at = from; at < to; at++) {
            byte octet = bytes.get(at);
            if (!isAllowed(octet)) return false;
            id[at - from] = octet;
        }
        length = to - from;
        return true;
    }

    private void make() {
        put(0, loop.chance().next());
        put(OWN_BYTES / 2, loop.chance().next());
        length = OWN_BYTES;
    }

    private void put(int at, long number) {
        for (int digit = 0; digit < OWN_BYTES / 2; digit++) id[at + digit] = HEX[(int) (number >>> (4 * digit)) & 15];
    }

    private static boolean isAllowed(byte octet) {
        return (octet >= 'a' && octet <= 'z')
                || (octet >= 'A' && octet <= 'Z')
                || (octet >= '0' && octet <= '9')
                || octet == '.'
                || octet == '_'
                || octet == '-';
    }
}
