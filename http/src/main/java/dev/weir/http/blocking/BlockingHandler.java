package dev.weir.http.blocking;

/// Answers requests in plain blocking code, each on a virtual thread of its own.
///
/// **Threads:** confined to the new virtual thread of each exchange; calls for several exchanges run at once.
/// **Fails:** an exception is answered by 500 if nothing was sent yet; otherwise the connection is reset.
@FunctionalInterface
public interface BlockingHandler {
    /// Answers one request. When it returns, the answer is complete; if it has sent nothing, that is 200
    /// without a body.
    ///
    /// The thread is interrupted when the client leaves or the server closes.
    ///
    /// @param request lent until the handler returns
    /// @param response lent until the handler returns
    /// @throws Exception answered by 500
    void handle(Request request, Response response) throws Exception;
}
