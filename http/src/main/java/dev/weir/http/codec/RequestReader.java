package dev.weir.http.codec;

/// The head of a request, independent of its protocol.
///
/// **Owns:** nothing; lent for the call in which it was obtained, because the block may move.
/// **Threads:** confined to the loop of its connection.
/// **Source:** RFC 9110 sections 7.1 and 9.1; RFC 9112 section 3.2 for the forms.
public interface RequestReader extends MessageReader {
    /// The method.
    ///
    /// @return [Method#OTHER] for a name that is not known
    Method method();

    /// Where the method's name begins.
    ///
    /// @return an index of [#bytes]
    int methodFrom();

    /// Where the method's name ends.
    ///
    /// @return an index of [#bytes], exclusive
    int methodTo();

    /// The form of the target.
    TargetForm form();

    /// Where the target begins, as it was written.
    ///
    /// @return an index of [#bytes]
    int targetFrom();

    /// Where the target ends.
    ///
    /// @return an index of [#bytes], exclusive
    int targetTo();

    /// Where the path begins; an empty path means `/`, and `*` is one of its own.
    ///
    /// @return an index of [#bytes]
    int pathFrom();

    /// Where the path ends: before the query.
    ///
    /// @return an index of [#bytes], exclusive
    int pathTo();

    /// Where path and query end. The range from [#pathTo] begins with `?` unless it is empty.
    ///
    /// @return an index of [#bytes], exclusive
    int queryTo();

    /// Where host and port begin.
    ///
    /// @return an index of [#bytes]
    int authorityFrom();

    /// Where host and port end; equal to [#authorityFrom] when the request names none.
    ///
    /// @return an index of [#bytes], exclusive
    int authorityTo();

    /// Where the host ends, which begins at [#authorityFrom]: before the port.
    ///
    /// @return an index of [#bytes], exclusive
    int hostTo();

    /// Tells whether the request names a host.
    default boolean hasAuthority() {
        return authorityTo() > authorityFrom();
    }
}
