package dev.weir.http.codec;

import java.nio.ByteBuffer;

/// Takes the parts of a head and writes them in the bytes of its protocol. The forwarding code decides what is
/// kept, removed and added, and calls this in the order in which a receiver reads it: first [#request] and
/// [#host], or [#response]; then fields. How and where that is written is the writer's business. What is
/// removed is simply not passed to it.
///
/// **Threads:** confined to its loop.
/// **Waits:** never waits; a writer without room ignores the rest and reports that at its end.
public interface HeadWriter {
    /// Begins the head of a request: method, path and query of `of`.
    ///
    /// @param root written before path and query, for an empty path; usually empty
    void request(RequestReader of, byte[] root);

    /// Writes the host and port that the request is for.
    ///
    /// @param from  lent; neither position nor limit change
    /// @param start index of the first byte
    /// @param end   end, exclusive
    void host(ByteBuffer from, int start, int end);

    /// Writes the host and port that the request is for.
    ///
    /// @param name lent
    void host(byte[] name);

    /// Begins the head of an answer: status of `of`, and its reason where the protocol has one.
    void response(ResponseReader of);

    /// Keeps a field as it was received.
    ///
    /// @param index which field of `of`
    void keep(MessageReader of, int index);

    /// Keeps an Upgrade field, and marks it as hop-by-hop for the receiver.
    ///
    /// @param index which field of `of`
    void keepUpgrade(MessageReader of, int index);

    /// Adds a field.
    void add(FieldLine field);

    /// Adds a field.
    ///
    /// @param from  lent; holds the value, without controls; neither position nor limit change
    /// @param start index of the value's first byte
    /// @param end   end of the value, exclusive
    void add(FieldName name, ByteBuffer from, int start, int end);

    /// Adds a field.
    ///
    /// @param from   lent; holds the value, without controls
    /// @param length how many bytes of it, from its beginning
    void add(FieldName name, byte[] from, int length);

    /// Adds a field with a number.
    ///
    /// @param number not negative
    void add(FieldName name, long number);

    /// Announces that trailers are accepted after the answer.
    void takesTrailers();

    /// Writes how the end of the body will be found, if the kept fields do not say it.
    void body(Framing framing);

    /// Marks the place among the fields where the writer adds what concerns only this hop: whether and how long
    /// the connection is kept, if its protocol has fields for that.
    void connection();
}
