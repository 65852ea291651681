package dev.weir.gateway.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// Reads the list of routes.
///
/// **Threads:** confined to the reader's thread.
/// **Limits:** 10000 routes a listener, 1024 characters a path.
final class RouteBinder {
    private static final int ROUTES_LIMIT = 10_000;
    private static final int PATH_LIMIT = 1024;
    private static final List<String> KEYS = List.of("host", "path", "upstream");
    private static final Pattern PATH = Pattern.compile("/[!-~&&[^?#]]*");
    private static final Pattern WITH_PORT = Pattern.compile("([^:]+|\\[.*]):[0-9]*");

    private final UpstreamNames targets;

    RouteBinder(UpstreamNames targets) {
        this.targets = targets;
    }

    List<Route> routes(Value value) {
        var routes = new ArrayList<Route>();
        var items = value.items("a list of routes such as [{ path: /, upstream: web }]");
        if (items.size() > ROUTES_LIMIT) {
            value.refuse("expected at most " + ROUTES_LIMIT + " routes");
            return routes;
        }
        for (var item : items) {
            routes.add(route(item));
        }
        return routes;
    }

    private Route route(Value item) {
        var section = Section.of(item, KEYS);
        return new Route(
                section.value("host").map(RouteBinder::host).orElse(""),
                section.value("path").map(RouteBinder::path).orElse("/"),
                targets.required(section));
    }

    private static String host(Value value) {
        var text = value.text("a host such as api.example.com");
        if (text.isEmpty() || AddressReader.isHost(text)) {
            return text.toLowerCase(Locale.ROOT);
        }
        if (text.indexOf('*') >= 0) {
            value.refuse("expected one whole host: wildcards are not supported", "leave host out to take every host");
        } else if (WITH_PORT.matcher(text).matches()) {
            value.refuse(
                    "expected a host without a port: ports are ignored",
                    "did you mean " + FoundText.text(text.substring(0, text.lastIndexOf(':'))) + "?");
        } else {
            value.refuse("expected a host such as api.example.com");
        }
        return "";
    }

    private static String path(Value value) {
        var text = value.text("a path such as /v1");
        if (text.isEmpty()) {
            return "/";
        }
        if (!text.startsWith("/")) {
            value.refuse("expected a path that begins with /", "did you mean /" + FoundText.text(text) + "?");
        } else if (text.endsWith("/*")) {
            value.refuse(
                    "expected a path without a wildcard: a path takes everything below it",
                    "did you mean " + FoundText.text(text.equals("/*") ? "/" : text.substring(0, text.length() - 2))
                            + "?");
        } else if (text.length() > PATH_LIMIT) {
            value.refuse("expected a path of at most " + PATH_LIMIT + " characters");
        } else if (!PATH.matcher(text).matches()) {
            value.refuse("expected a path of visible ASCII characters without a query, written as requests carry it");
        } else {
            return text;
        }
        return "/";
    }
}
