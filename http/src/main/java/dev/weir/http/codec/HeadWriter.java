package dev.weir.http.codec;

import java.nio.ByteBuffer;

/// Takes what a head is to say, piece by piece, and says it in its protocol's bytes.
///
/// Whoever forwards a message decides what stays, what goes and what is added, and calls this in the order in
/// which a receiver is to read it: first [#request] and [#host], or [#response]; then fields. How that is
/// written, and where, is the writer's business. Nothing is said of what goes: it is not handed over.
///
/// **Threads:** confined to its loop.
/// **Waits:** never waits; a writer without room takes the rest in silence and says so at its end.
public interface HeadWriter {
    /// Begins the head of a request: method, path and query of `of`.
    ///
    /// @param root stands before path and query, for a path that is empty; mostly nothing
    void request(RequestReader of, byte[] root);

    /// Says what host, and port, the request is for.
    ///
    /// @param from  lent; neither position nor limit change
    /// @param start index of the first byte
    /// @param end   end, exclusive
    void host(ByteBuffer from, int start, int end);

    /// Says what host, and port, the request is for.
    ///
    /// @param name lent
    void host(byte[] name);

    /// Begins the head of an answer: status of `of`, and its reason where the protocol has one.
    void response(ResponseReader of);

    /// Keeps a field as it came.
    ///
    /// @param index which field of `of`
    void keep(MessageReader of, int index);

    /// Keeps an Upgrade field, which is else for one connection only: the receiver is told that it is.
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

    /// Says that trailers are taken behind the answer.
    void takesTrailers();

    /// Says how the end of the body will be known, where fields that were kept do not say it.
    void body(Framing framing);

    /// The place among the fields where the writer says what concerns only itself and the next: for how long their
    /// connection is kept, if its protocol has words for that.
    void connection();
}
