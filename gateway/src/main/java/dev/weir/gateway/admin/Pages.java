package dev.weir.gateway.admin;

import dev.weir.http.blocking.BlockingHandler;
import dev.weir.http.blocking.Request;
import dev.weir.http.blocking.Response;
import dev.weir.http.codec.Method;
import java.io.IOException;
import java.io.OutputStream;

/// The pages that are generated on a thread of their own.
///
/// **Threads:** called on a virtual thread for each request.
/// **Waits:** for the gateway's loops, where a page asks them, a second at most; for the reader of the page.
final class Pages implements BlockingHandler {
    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";
    private static final String NOT_FOUND = """
            There is no such page. There are:
            /             what goes on now, for people
            /livez        200 while every loop makes a turn within 2 s
            /readyz       200 while the gateway takes requests
            /metrics      for Prometheus
            /memory       who holds how much of the budget; a page for browsers, JSON for others
            /connections  every connection; a page for browsers, JSON for others
            /status       what the first page shows
            """;

    private final AdminServer.Sources sources;
    private final HtmlPage front = HtmlPage.load("index.html");
    private final HtmlPage memory = HtmlPage.load("memory.html");
    private final HtmlPage connections = HtmlPage.load("connections.html");
    private final JsonPages json;

    Pages(AdminServer.Sources sources) {
        this.sources = sources;
        this.json = new JsonPages(sources);
    }

    @Override
    public void handle(Request request, Response response) throws IOException, InterruptedException {
        response.header("X-Content-Type-Options", "nosniff").header("Cache-Control", "no-store");
        if (request.method() != Method.GET && request.method() != Method.HEAD) {
            response.status(405).header("Allow", "GET, HEAD").send("These pages are read-only: use GET or HEAD.\n");
            return;
        }
        switch (request.path()) {
            case "/" -> front.send(response);
            case "/metrics" -> metrics(response);
            case "/memory" -> either(request, response, memory, json::memory);
            case "/connections" -> either(request, response, connections, json::connections);
            case "/status" -> json(response, json::status);
            default -> response.status(404).send(NOT_FOUND);
        }
    }

    private void metrics(Response response) throws IOException, InterruptedException {
        response.header("Content-Type", METRICS_TYPE);
        try (OutputStream body = response.body()) {
            sources.metrics().write(body);
        }
    }

    /// Sends HTML to a browser, and JSON to the page's script and all other clients.
    private static void either(Request request, Response response, HtmlPage html, Page data)
            throws IOException, InterruptedException {
        response.header("Vary", "Accept");
        if (request.header("Accept").orElse("").contains("text/html")) html.send(response);
        else json(response, data);
    }

    private interface Page {
        void write(OutputStream out) throws IOException, InterruptedException;
    }

    private static void json(Response response, Page page) throws IOException, InterruptedException {
        response.header("Content-Type", "application/json");
        try (OutputStream body = response.body()) {
            page.write(body);
        }
    }
}
