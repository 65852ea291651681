package dev.weir.http.codec;

import java.nio.ByteBuffer;

/// The head of a message, independent of its protocol: fields as names and values, which are ranges of one
/// block of bytes.
///
/// Routing, the rules of forwarding and the log read through this, so that a head of HTTP/1 (see [RequestView])
/// and a head of another protocol are treated alike. The bytes between the ranges have no meaning.
///
/// **Owns:** nothing; lent for the call in which it was obtained, because the block may move.
/// **Threads:** confined to the loop of its connection.
/// **Source:** HAProxy, HTX: one representation of messages, whatever the version of HTTP.
public interface MessageReader {
    /// The bytes in which all ranges lie; neither their position nor their limit means anything.
    ///
    /// @return lent
    ByteBuffer bytes();

    /// The version of HTTP that the sender speaks.
    HttpVersion version();

    /// How the end of the body is known.
    Framing framing();

    /// The value of Content-Length.
    ///
    /// @return bytes, or -1 if there is none, or none that means anything
    long contentLength();

    /// How many fields there are.
    int count();

    /// The known name of a field.
    ///
    /// @param index below [#count]
    /// @return its name, or [Field#OTHER]
    Field field(int index);

    /// Tells whether the field is for this connection only: by its name, or because a Connection field names it.
    ///
    /// @param index below [#count]
    /// @return true if a proxy removes it
    boolean isHopByHop(int index);

    /// Where a name begins.
    ///
    /// @param index below [#count]
    /// @return an index of [#bytes]
    int nameFrom(int index);

    /// Where a name ends.
    ///
    /// @param index below [#count]
    /// @return an index of [#bytes], exclusive
    int nameTo(int index);

    /// Where a value begins, white space around it left out.
    ///
    /// @param index below [#count]
    /// @return an index of [#bytes]
    int valueFrom(int index);

    /// Where a value ends, white space around it left out.
    ///
    /// @param index below [#count]
    /// @return an index of [#bytes], exclusive
    int valueTo(int index);

    /// Finds the first field of a name.
    ///
    /// @param field a known name
    /// @return its index, or -1
    default int indexOf(Field field) {
        for (int index = 0; index < count(); index++) {
            if (field(index) == field) return index;
        }
        return -1;
    }

    /// Makes a string of a range, for cold paths: allocates.
    ///
    /// @param from an index of [#bytes]
    /// @param to   an index of [#bytes], exclusive
    /// @return the bytes as ISO-8859-1 text
    default String text(int from, int to) {
        return Fields.text(bytes(), 0, from, to);
    }
}
