package dev.weir.http.blocking;

/// Answers requests in plain blocking code, on a virtual thread of its own for each.
///
/// **Threads:** confined to the new virtual thread of each exchange; calls for several exchanges run at once.
/// **Fails:** an exception is answered by 500 when nothing was sent yet, else the connection is aborted.
@FunctionalInterface
public interface BlockingHandler {
    /// Answers one request. When it returns the answer is whole: nothing said is 200 without a body.
    ///
    /// The thread is interrupted when the client goes or the server closes.
    ///
    /// @param request lent until the handler returns
    /// @param response lent until the handler returns
    /// @throws Exception answered by 500
    void handle(Request request, Response response) throws Exception;
}
