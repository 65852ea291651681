package dev.weir.http.codec;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Writes heads into a buffer at its position; reused from message to message.
///
/// Each method writes its piece whole or not at all. Once a piece did not fit nothing more is written until
/// the next [#begin], so that a caller may look at [#end] only.
///
/// **Owns:** nothing; the buffer is lent between [#begin] and [#end].
/// **Threads:** confined to the loop of its connection.
/// **Limits:** the remaining bytes of the buffer.
/// **Fails:** `IllegalArgumentException` for a name or value that would break the head apart; nothing of it is
/// written.
public final class HeadEncoder {
    private static final byte[] HTTP_1_1 = ascii("HTTP/1.1 ");
    private static final int DIGITS_MAX = 19;
    private static final int LINE_END = 2;

    private @Nullable ByteBuffer out;
    private boolean fits;

    /// Makes an encoder.
    public HeadEncoder() {}

    /// Makes bytes of a text, for constants: allocates.
    ///
    /// @param text ASCII characters only
    /// @return one byte per character, owned by the caller
    /// @throws IllegalArgumentException if a character is not ASCII
    public static byte[] ascii(String text) {
        if (!text.chars().allMatch(character -> character < 0x80)) {
            throw new IllegalArgumentException("not ASCII: " + text);
        }
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /// Begins a head.
    ///
    /// @param buffer lent until [#end]; its position moves behind each piece
    public void begin(ByteBuffer buffer) {
        out = buffer;
        fits = true;
    }

    /// Writes a status line.
    ///
    /// @param status a code from 100 to 999
    /// @param reason the phrase, may be empty
    /// @return false if there is no room
    public boolean statusLine(int status, byte[] reason) {
        requireText(reason);
        ByteBuffer to = beginStatus(status, reason.length);
        if (!fits) {
            return false;
        }
        to.put(reason);
        putLineEnd(to);
        return true;
    }

    /// Writes a status line with a reason phrase from another buffer.
    ///
    /// @param status a code from 100 to 999
    /// @param from   lent; holds the reason, neither position nor limit change
    /// @param start  index of the reason's first byte
    /// @param end    end of the reason, exclusive
    /// @return false if there is no room
    public boolean statusLine(int status, ByteBuffer from, int start, int end) {
        if (Octets.textEnd(from, start, end) != end) {
            throw new IllegalArgumentException("a reason may not hold control characters");
        }
        ByteBuffer to = beginStatus(status, (long) end - start);
        if (!fits) {
            return false;
        }
        putRange(to, from, start, end);
        putLineEnd(to);
        return true;
    }

    /// Writes the request line of a known method in HTTP/1.1.
    ///
    /// @param method the method; not [Method#OTHER]
    /// @param target the request target
    /// @return false if there is no room
    public boolean requestLine(Method method, byte[] target) {
        if (method == Method.OTHER) {
            throw new IllegalArgumentException("OTHER has no name");
        }
        for (byte octet : target) {
            if (octet <= Octets.SPACE || octet == 0x7f) {
                throw new IllegalArgumentException("a target may hold visible ASCII characters only");
            }
        }
        String name = method.name();
        ByteBuffer to = room((long) name.length() + 1 + target.length + 1 + HttpVersion.BYTES + LINE_END);
        if (!fits) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            to.put((byte) name.charAt(i));
        }
        to.put(Octets.SPACE).put(target).put(Octets.SPACE).put(HTTP_1_1, 0, HttpVersion.BYTES);
        putLineEnd(to);
        return true;
    }

    /// Writes one field.
    ///
    /// @param name  a token
    /// @param value bytes without controls but tab
    /// @return false if there is no room
    public boolean field(byte[] name, byte[] value) {
        requireText(value);
        ByteBuffer to = nameAnd(name, (long) value.length + LINE_END);
        if (!fits) {
            return false;
        }
        to.put(value);
        putLineEnd(to);
        return true;
    }

    /// Writes one field with a number.
    ///
    /// @param name   a token
    /// @param number not negative
    /// @return false if there is no room
    public boolean field(byte[] name, long number) {
        if (number < 0) {
            throw new IllegalArgumentException("number must not be negative, was " + number);
        }
        ByteBuffer to = nameAnd(name, (long) DIGITS_MAX + LINE_END);
        if (!fits) {
            return false;
        }
        putDecimal(to, number);
        putLineEnd(to);
        return true;
    }

    /// Writes one field whose value lies in another buffer, or elsewhere in this one.
    ///
    /// @param name a token
    /// @param from lent; holds the value, neither position nor limit change
    /// @param start index of the value's first byte
    /// @param end   end of the value, exclusive
    /// @return false if there is no room
    public boolean field(byte[] name, ByteBuffer from, int start, int end) {
        if (Octets.textEnd(from, start, end) != end) {
            throw new IllegalArgumentException("a value may not hold control characters");
        }
        ByteBuffer to = nameAnd(name, (long) end - start + LINE_END);
        if (!fits) {
            return false;
        }
        putRange(to, from, start, end);
        putLineEnd(to);
        return true;
    }

    /// Writes one field whose name was checked before.
    ///
    /// @param name  of the field
    /// @param from  lent; holds the value, neither position nor limit change
    /// @param start index of the value's first byte
    /// @param end   end of the value, exclusive
    /// @return false if there is no room
    public boolean field(FieldName name, ByteBuffer from, int start, int end) {
        if (Octets.textEnd(from, start, end) != end) {
            throw new IllegalArgumentException("a value may not hold control characters");
        }
        ByteBuffer to = room((long) name.bytes().length + end - start + LINE_END);
        if (!fits) {
            return false;
        }
        to.put(name.bytes());
        putRange(to, from, start, end);
        putLineEnd(to);
        return true;
    }

    /// Writes one field whose name was checked before.
    ///
    /// @param name   of the field
    /// @param from   lent; begins with the value
    /// @param length bytes of the value
    /// @return false if there is no room
    public boolean field(FieldName name, byte[] from, int length) {
        for (int i = 0; i < length; i++) {
            if (!Octets.isText(from[i])) throw new IllegalArgumentException("a value may not hold control characters");
        }
        ByteBuffer to = room((long) name.bytes().length + length + LINE_END);
        if (!fits) {
            return false;
        }
        to.put(name.bytes()).put(from, 0, length);
        putLineEnd(to);
        return true;
    }

    /// Writes one field with a number, whose name was checked before.
    ///
    /// @param name   of the field
    /// @param number not negative
    /// @return false if there is no room
    public boolean field(FieldName name, long number) {
        if (number < 0) {
            throw new IllegalArgumentException("number must not be negative, was " + number);
        }
        ByteBuffer to = room((long) name.bytes().length + DIGITS_MAX + LINE_END);
        if (!fits) {
            return false;
        }
        to.put(name.bytes());
        putDecimal(to, number);
        putLineEnd(to);
        return true;
    }

    /// Writes a field of a decoded head as it was received, so that a head does not grow by being copied. Of
    /// several blanks behind the colon one is kept.
    ///
    /// @param from   lent; the block that holds the head
    /// @param base   index of the head's first byte
    /// @param fields the head's fields
    /// @param index  which field
    /// @return false if there is no room
    public boolean copy(ByteBuffer from, int base, Fields fields, int index) {
        int nameBytes = fields.nameTo(index) - fields.nameFrom(index);
        int valueBytes = fields.valueTo(index) - fields.valueFrom(index);
        boolean isTight = fields.valueFrom(index) == fields.nameTo(index) + 1;
        ByteBuffer to = room((long) nameBytes + (isTight ? 1 : 2) + valueBytes + LINE_END);
        if (!fits) {
            return false;
        }
        putRange(to, from, base + fields.nameFrom(index), base + fields.nameTo(index));
        to.put((byte) ':');
        if (!isTight) {
            to.put(Octets.SPACE);
        }
        putRange(to, from, base + fields.valueFrom(index), base + fields.valueTo(index));
        putLineEnd(to);
        return true;
    }

    /// Writes a field of an HTTP/1 head as it was received; see [#copy(ByteBuffer, int, Fields, int)].
    ///
    /// @param from  shows the head
    /// @param index which field
    /// @return false if there is no room
    public boolean copy(HeadView<?> from, int index) {
        return copy(from.bytes(), from.base(), from.fields(), index);
    }

    /// Writes bytes as they are, for pieces that were checked when they were decoded.
    ///
    /// @param from  lent; neither position nor limit change
    /// @param start index of the first byte
    /// @param end   end, exclusive
    /// @return false if there is no room
    public boolean raw(ByteBuffer from, int start, int end) {
        ByteBuffer to = room((long) end - start);
        if (fits) {
            putRange(to, from, start, end);
        }
        return fits;
    }

    /// Writes bytes as they are, for constants.
    ///
    /// @param piece lent
    /// @return false if there is no room
    public boolean raw(byte[] piece) {
        ByteBuffer to = room(piece.length);
        if (fits) {
            to.put(piece);
        }
        return fits;
    }

    /// Writes a number as decimal digits.
    ///
    /// @param number not negative
    /// @return false if there is no room for the longest one
    public boolean number(long number) {
        if (number < 0) {
            throw new IllegalArgumentException("number must not be negative, was " + number);
        }
        ByteBuffer to = room(DIGITS_MAX);
        if (fits) {
            putDecimal(to, number);
        }
        return fits;
    }

    /// Writes CR LF, which ends a line put together from [#raw] and [#number].
    ///
    /// @return false if there is no room
    public boolean lineEnd() {
        ByteBuffer to = room(LINE_END);
        if (fits) {
            putLineEnd(to);
        }
        return fits;
    }

    /// Writes the empty line and gives the buffer back.
    ///
    /// @return true if every piece since [#begin] fitted
    public boolean end() {
        boolean whole = lineEnd();
        out = null;
        return whole;
    }

    private ByteBuffer beginStatus(int status, long reasonBytes) {
        if (status < 100 || status > 999) {
            throw new IllegalArgumentException("status must be between 100 and 999, was " + status);
        }
        ByteBuffer to = room(HTTP_1_1.length + 4 + reasonBytes + LINE_END);
        if (fits) {
            to.put(HTTP_1_1);
            putDecimal(to, status);
            to.put(Octets.SPACE);
        }
        return to;
    }

    private ByteBuffer nameAnd(byte[] name, long more) {
        requireToken(name);
        ByteBuffer to = room(name.length + 2 + more);
        if (fits) {
            to.put(name).put((byte) ':').put(Octets.SPACE);
        }
        return to;
    }

    private ByteBuffer room(long bytes) {
        if (out == null) {
            throw new IllegalStateException("begin comes first");
        }
        fits = fits && out.remaining() >= bytes;
        return out;
    }

    private static void putRange(ByteBuffer to, ByteBuffer from, int start, int end) {
        to.put(to.position(), from, start, end - start);
        to.position(to.position() + end - start);
    }

    private static void putLineEnd(ByteBuffer to) {
        to.put(Octets.CR).put(Octets.LF);
    }

    private static void putDecimal(ByteBuffer to, long number) {
        int digits = 1;
        for (long rest = number; rest >= 10; rest /= 10) {
            digits++;
        }
        int end = to.position() + digits;
        long rest = number;
        for (int at = end - 1; at >= end - digits; at--) {
            to.put(at, (byte) ('0' + rest % 10));
            rest /= 10;
        }
        to.position(end);
    }

    private static void requireToken(byte[] name) {
        boolean token = name.length > 0;
        for (byte octet : name) {
            token &= Octets.isToken(octet);
        }
        if (!token) {
            throw new IllegalArgumentException("a field name must be a token");
        }
    }

    private static void requireText(byte[] value) {
        for (byte octet : value) {
            if (!Octets.isText(octet)) {
                throw new IllegalArgumentException("a value may not hold control characters");
            }
        }
    }
}
