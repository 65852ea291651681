package dev.weir.http.client;

import dev.weir.http.codec.Field;
import dev.weir.http.codec.ResponseReader;
import dev.weir.pool.exclusive.PoolEntry;
import java.nio.ByteBuffer;

/// Reads from `Keep-Alive: timeout=5, max=100` how long, and for how many more requests, an origin keeps a
/// connection.
///
/// **Threads:** immutable.
/// **Limits:** numbers of at most nine digits; everything else is ignored.
/// **Source:** RFC 2068 section 19.7.1.1, and what Apache httpd and Node.js send.
final class KeepAlive {
    private static final byte[] TIMEOUT = {'t', 'i', 'm', 'e', 'o', 'u', 't', '='};
    private static final byte[] MAX = {'m', 'a', 'x', '='};
    private static final int UNSAID = -1;
    private static final int DIGITS_MAX = 9;

    /// The connection is closed this much earlier than the origin would, so that no request meets a closed
    /// connection.
    private static final int MARGIN_SECONDS = 1;

    private static final int SECONDS_MAX = Integer.MAX_VALUE / 1000;

    private KeepAlive() {}

    /// Limits the reuse of `entry` to what the head of its answer allows.
    static void bound(PoolEntry entry, ResponseReader head) {
        ByteBuffer bytes = head.bytes();
        for (int i = 0; i < head.count(); i++) {
            if (head.field(i) != Field.KEEP_ALIVE) continue;
            int from = head.valueFrom(i);
            int to = head.valueTo(i);
            int seconds = number(bytes, from, to, TIMEOUT);
            int more = number(bytes, from, to, MAX);
            if (seconds == UNSAID && more == UNSAID) continue;
            boolean isBounded = seconds != UNSAID && seconds <= SECONDS_MAX;
            int idleMillis = isBounded ? Math.max(0, seconds - MARGIN_SECONDS) * 1000 : Integer.MAX_VALUE;
            entry.limitReuse(idleMillis, more == UNSAID ? Integer.MAX_VALUE : more);
        }
    }

    /// The number behind `name`, where `name` begins a parameter.
    private static int number(ByteBuffer bytes, int from, int to, byte[] name) {
        boolean mayBegin = true;
        for (int at = from; at < to; at++) {
            byte octet = bytes.get(at);
            if (mayBegin && begins(bytes, at, to, name)) return number(bytes, at + name.length, to);
            mayBegin = octet == ',' || octet == ';' || octet == ' ' || octet == '\t';
        }
        return UNSAID;
    }

    private static boolean begins(ByteBuffer bytes, int at, int to, byte[] name) {
        if (to - at < name.length) return false;
        for (int i = 0; i < name.length; i++) {
            byte octet = bytes.get(at + i);
            if (octet != name[i] && (octet | 0x20) != name[i]) return false;
        }
        return true;
    }

    private static int number(ByteBuffer bytes, int from, int to) {
        int at = from;
        int number = 0;
        for (; at < to && at - from <= DIGITS_MAX; at++) {
            byte octet = bytes.get(at);
            if (octet < '0' || octet > '9') break;
            number = 10 * number + octet - '0';
        }
        boolean isWhole = at == to || bytes.get(at) == ',' || bytes.get(at) == ';' || bytes.get(at) <= ' ';
        return at == from || at - from > DIGITS_MAX || !isWhole ? UNSAID : number;
    }
}
