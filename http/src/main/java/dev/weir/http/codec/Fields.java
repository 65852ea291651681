package dev.weir.http.codec;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The fields of one head, as positions relative to the head's first byte.
///
/// **Owns:** nothing; the bytes belong to the block the head was read into.
/// **Threads:** confined to the loop of its connection.
/// **Limits:** as many fields as it was made for; the decoder refuses more.
public final class Fields {
    private static final Field[] FIELDS = Field.values();
    private static final int FEW = 8;

    /// What one field costs, in bytes.
    static final int BYTES_EACH = 9;

    private static final int NAMED = 0x80;
    private static final int KNOWN = 0x7f;

    private final int fieldsMax;
    // Why: positions fit in 16 bits, because a head does, and names in 8; these arrays are most of what an exchange
    // costs.
    private byte[] known; // the field's ordinal, and NAMED when a Connection header names it
    private char[] nameFrom;
    private char[] nameTo;
    private char[] valueFrom;
    private char[] valueTo;
    private int count;

    private Fields(int fieldsMax, int room) {
        this.fieldsMax = fieldsMax;
        known = new byte[room];
        nameFrom = new char[room];
        nameTo = new char[room];
        valueFrom = new char[room];
        valueTo = new char[room];
    }

    /// Room for all fields from the beginning, so that no head makes garbage.
    Fields(int fieldsMax) {
        this(fieldsMax, fieldsMax);
    }

    /// Room for a few, which grows when more come: most trailer sections are empty.
    static Fields few(int fieldsMax) {
        return new Fields(fieldsMax, Math.min(FEW, fieldsMax));
    }

    private void grow() {
        int room = Math.min(2 * known.length, fieldsMax);
        known = Arrays.copyOf(known, room);
        nameFrom = Arrays.copyOf(nameFrom, room);
        nameTo = Arrays.copyOf(nameTo, room);
        valueFrom = Arrays.copyOf(valueFrom, room);
        valueTo = Arrays.copyOf(valueTo, room);
    }

    /// How many fields there are.
    ///
    /// @return a count
    public int count() {
        return count;
    }

    /// The known name of a field.
    ///
    /// @param index below [#count]
    /// @return its name, or [Field#OTHER]
    public Field field(int index) {
        return FIELDS[known[checked(index)] & KNOWN];
    }

    /// Where a name begins.
    ///
    /// @param index below [#count]
    /// @return a position relative to the head
    public int nameFrom(int index) {
        return nameFrom[checked(index)];
    }

    /// Where a name ends.
    ///
    /// @param index below [#count]
    /// @return a position relative to the head, exclusive
    public int nameTo(int index) {
        return nameTo[checked(index)];
    }

    /// Where a value begins, white space around it left out.
    ///
    /// @param index below [#count]
    /// @return a position relative to the head
    public int valueFrom(int index) {
        return valueFrom[checked(index)];
    }

    /// Where a value ends, white space around it left out.
    ///
    /// @param index below [#count]
    /// @return a position relative to the head, exclusive
    public int valueTo(int index) {
        return valueTo[checked(index)];
    }

    /// Tells whether a Connection header of this head names the field, which makes it hop-by-hop.
    ///
    /// @param index below [#count]
    /// @return true if a proxy removes it
    public boolean isNamedByConnection(int index) {
        return (known[checked(index)] & NAMED) != 0;
    }

    /// Tells whether the field is for this connection only: by its name, or because a Connection header names it.
    ///
    /// @param index below [#count]
    /// @return true if a proxy removes it
    public boolean isHopByHop(int index) {
        return FIELDS[known[checked(index)] & KNOWN].isHopByHop() || (known[index] & NAMED) != 0;
    }

    /// Finds the first field of a name.
    ///
    /// @param field a known name
    /// @return its index, or -1
    public int indexOf(Field field) {
        int wanted = field.ordinal();
        for (int index = 0; index < count; index++) {
            if ((known[index] & KNOWN) == wanted) {
                return index;
            }
        }
        return -1;
    }

    /// Makes a string of a range of the head, for cold paths: allocates.
    ///
    /// @param bytes     the block that holds the head
    /// @param headStart index of the head's first byte in the block
    /// @param from      start of the range, relative to the head
    /// @param to        end of the range, relative to the head, exclusive
    /// @return the bytes as ISO-8859-1 text
    public static String text(ByteBuffer bytes, int headStart, int from, int to) {
        byte[] copy = new byte[to - from];
        bytes.get(headStart + from, copy);
        return new String(copy, StandardCharsets.ISO_8859_1);
    }

    boolean isFull() {
        return count == fieldsMax;
    }

    void begin(int from, int to, Field field) {
        if (count == known.length) grow();
        nameFrom[count] = (char) from;
        nameTo[count] = (char) to;
        known[count] = (byte) field.ordinal();
    }

    void end(int from, int to) {
        valueFrom[count] = (char) from;
        valueTo[count] = (char) to;
        count++;
    }

    void nameByConnection(int index) {
        known[index] |= (byte) NAMED;
    }

    void reset() {
        count = 0;
    }

    private int checked(int index) {
        if (index < 0 || index >= count) {
            throw new IndexOutOfBoundsException("field " + index + " of " + count);
        }
        return index;
    }
}
