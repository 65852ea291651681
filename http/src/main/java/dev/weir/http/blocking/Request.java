package dev.weir.http.blocking;

import dev.weir.http.codec.HttpVersion;
import dev.weir.http.codec.Method;
import dev.weir.transport.Endpoint;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A request as a [BlockingHandler] sees it. Head and peer are copies; only the body is read from the client.
///
/// **Threads:** confined to the handler's thread; the head's methods are thread-safe.
/// **Limits:** the server's limits of heads.
/// **Fails:** [#body] used after the answer was sent or the handler returned throws [IllegalStateException].
public final class Request {
    private final HeadCopy head;
    private final Endpoint peer;
    private final RequestBody body;

    Request(HeadCopy head, Endpoint peer, RequestBody body) {
        this.head = head;
        this.peer = peer;
        this.body = body;
    }

    /// One field as it was received.
    ///
    /// @param name as the client wrote it
    /// @param value without leading and trailing white space
    public record Header(String name, String value) {}

    /// The method; [Method#OTHER] for one that is not known here.
    public Method method() {
        return head.method();
    }

    /// The method as the client wrote it.
    public String methodName() {
        return head.methodName();
    }

    /// The target as the client wrote it.
    public String target() {
        return head.target();
    }

    /// The path of the target, not decoded; `/` when it has none, `*` for the server itself.
    public String path() {
        return head.path();
    }

    /// The part of the target after the question mark, not decoded.
    public Optional<String> query() {
        return Optional.ofNullable(head.query());
    }

    /// The first value of a parameter in the query, decoded from percent signs and UTF-8.
    public Optional<String> parameter(String name) {
        return query().flatMap(query -> QueryText.first(query, name));
    }

    /// The HTTP version of the request.
    public HttpVersion version() {
        return head.version();
    }

    /// The first field of a name, whatever its case.
    public Optional<String> header(String name) {
        return headers(name).stream().findFirst();
    }

    /// The values of all fields of a name, whatever its case, in order.
    public List<String> headers(String name) {
        return List.copyOf(head.values(name));
    }

    /// All fields in order.
    public List<Header> headers() {
        var all = new ArrayList<Header>(head.count());
        for (int i = 0; i < head.count(); i++) all.add(new Header(head.name(i), head.value(i)));
        return List.copyOf(all);
    }

    /// The client's address and port.
    public Endpoint peer() {
        return peer;
    }

    /// The body; empty when there is none. If the client expects 100 Continue, the first read sends it.
    ///
    /// Reading waits for the client at most as long as the server's body timeout.
    public InputStream body() {
        return body;
    }
}
