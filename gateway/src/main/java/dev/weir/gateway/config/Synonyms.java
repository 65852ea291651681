package dev.weir.gateway.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Words of HAProxy, nginx, Envoy and others for settings that have other names here, and words for features
/// that do not exist yet.
///
/// **Threads:** immutable.
final class Synonyms {
    /// Maps a word without case, hyphens and underscores to the keys it may mean here, the most likely first.
    private static final Map<String, List<String>> MEANT = table(
            Map.entry("leastconn", List.of("least-outstanding")),
            Map.entry("leastconnections", List.of("least-outstanding")),
            Map.entry("leastrequest", List.of("least-outstanding")),
            Map.entry("random", List.of("random-2")),
            Map.entry("randomtwo", List.of("random-2")),
            Map.entry("p2c", List.of("random-2")),
            Map.entry("poweroftwochoices", List.of("random-2")),
            Map.entry("rr", List.of("round-robin")),
            Map.entry("maxconn", List.of("connections")),
            Map.entry("maxconnections", List.of("connections")),
            Map.entry("workerconnections", List.of("connections")),
            Map.entry("keepalive", List.of("idle")),
            Map.entry("keepalivetimeout", List.of("idle")),
            Map.entry("backend", List.of("upstream", "upstreams")),
            Map.entry("backends", List.of("upstreams")),
            Map.entry("cluster", List.of("upstream")),
            Map.entry("clusters", List.of("upstreams")),
            Map.entry("services", List.of("upstreams")),
            Map.entry("frontend", List.of("listeners")),
            Map.entry("frontends", List.of("listeners")),
            Map.entry("entrypoints", List.of("listeners")),
            Map.entry("server", List.of("origins", "listeners", "response")),
            Map.entry("servers", List.of("origins", "listeners")),
            Map.entry("endpoints", List.of("origins")),
            Map.entry("targets", List.of("origins")),
            Map.entry("listen", List.of("bind", "listeners")),
            Map.entry("address", List.of("bind")),
            Map.entry("port", List.of("bind")),
            Map.entry("location", List.of("path")),
            Map.entry("locations", List.of("routes")),
            Map.entry("pathprefix", List.of("path")),
            Map.entry("servername", List.of("host")),
            Map.entry("domain", List.of("host")),
            Map.entry("domains", List.of("host")),
            Map.entry("proxypass", List.of("upstream")),
            Map.entry("mode", List.of("protocol")),
            Map.entry("algorithm", List.of("balance")),
            Map.entry("lbpolicy", List.of("balance")),
            Map.entry("retries", List.of("retry")),
            Map.entry("queue", List.of("waiting")),
            Map.entry("maxqueue", List.of("waiting")),
            Map.entry("timeoutconnect", List.of("connect")),
            Map.entry("connecttimeout", List.of("connect")),
            Map.entry("timeoutserver", List.of("response")),
            Map.entry("client", List.of("body-stall")),
            Map.entry("httprequest", List.of("header")),
            Map.entry("httpkeepalive", List.of("idle")),
            Map.entry("timeouthttpkeepalive", List.of("idle")),
            Map.entry("timeoutqueue", List.of("acquire")),
            Map.entry("proxyconnecttimeout", List.of("connect")),
            Map.entry("proxynextupstream", List.of("retry")),
            Map.entry("resolver", List.of("resolve")),
            Map.entry("virtualhosts", List.of("routes")),
            Map.entry("acl", List.of("routes")),
            Map.entry("usebackend", List.of("routes")),
            Map.entry("defaultbackend", List.of("upstream")),
            Map.entry("prefix", List.of("path")),
            Map.entry("loadassignment", List.of("origins")),
            Map.entry("lbendpoints", List.of("origins")),
            Map.entry("proxyreadtimeout", List.of("response")),
            Map.entry("timeoutclient", List.of("body-stall")),
            Map.entry("timeouthttprequest", List.of("header")),
            Map.entry("clientheadertimeout", List.of("header")),
            Map.entry("accesslog", List.of("access-log")),
            Map.entry("log", List.of("access-log")),
            Map.entry("stats", List.of("admin")),
            Map.entry("metrics", List.of("admin")));

    /// The sections in which Weir's own keys belong.
    private static final Map<String, String> PLACES = table(
            Map.entry("bind", "a listener, and in admin"),
            Map.entry("protocol", "a listener"),
            Map.entry("limits", "a listener"),
            Map.entry("routes", "an http listener"),
            Map.entry("via", "an http listener"),
            Map.entry("keep-alive-field", "an http listener"),
            Map.entry("connections", "limits of a listener, and in pool of an upstream"),
            Map.entry("beyond", "limits of a listener"),
            Map.entry("header-bytes", "limits of an http listener"),
            Map.entry("header-fields", "limits of an http listener"),
            Map.entry("min-rate", "limits of an http listener"),
            Map.entry("header", "timeouts of an http listener"),
            Map.entry("body-stall", "timeouts of an http listener"),
            Map.entry("request", "timeouts of an http listener"),
            Map.entry("idle", "timeouts of a listener, in pool of an upstream, and in stop"),
            Map.entry("host", "a route"),
            Map.entry("path", "a route"),
            Map.entry("upstream", "a route, and in a listener"),
            Map.entry("origins", "an upstream"),
            Map.entry("balance", "an upstream"),
            Map.entry("pool", "an upstream"),
            Map.entry("retry", "an upstream"),
            Map.entry("resolve", "an upstream"),
            Map.entry("waiting", "pool of an upstream"),
            Map.entry("acquire", "pool of an upstream"),
            Map.entry("connect", "timeouts of an upstream"),
            Map.entry("response", "timeouts of an upstream"),
            Map.entry("listeners", "the file itself, without indentation"),
            Map.entry("upstreams", "the file itself, without indentation"),
            Map.entry("access-log", "the file itself, without indentation"),
            Map.entry("memory", "the file itself, without indentation"),
            Map.entry("stop", "the file itself, without indentation"));

    /// Features of other proxies that this one does not have yet, by the same kind of word.
    private static final Map<String, String> NOT_YET = table(
            Map.entry("tls", "TLS"),
            Map.entry("ssl", "TLS"),
            Map.entry("certificate", "TLS"),
            Map.entry("certificates", "TLS"),
            Map.entry("sslcertificate", "TLS"),
            Map.entry("http2", "HTTP/2"),
            Map.entry("h2", "HTTP/2"),
            Map.entry("healthcheck", "health checks"),
            Map.entry("healthchecks", "health checks"),
            Map.entry("health", "health checks"),
            Map.entry("check", "health checks"),
            Map.entry("weight", "weights of origins"),
            Map.entry("redirect", "redirects"),
            Map.entry("rewrite", "rewriting"),
            Map.entry("headers", "setting fields"),
            Map.entry("addheader", "setting fields"),
            Map.entry("proxysetheader", "setting fields"),
            Map.entry("ratelimit", "rate limits"),
            Map.entry("limitreq", "rate limits"),
            Map.entry("websocket", "WebSocket"),
            Map.entry("https", "TLS"),
            Map.entry("clientmaxbodysize", "limits of bodies"),
            Map.entry("hash", "choosing origins by a hash"),
            Map.entry("iphash", "choosing origins by a hash"),
            Map.entry("source", "choosing origins by a hash"),
            Map.entry("uri", "choosing origins by a hash"),
            Map.entry("ringhash", "choosing origins by a hash"),
            Map.entry("maglev", "choosing origins by a hash"),
            Map.entry("proxyprotocol", "the PROXY protocol"),
            Map.entry("sticky", "sticky sessions"),
            Map.entry("cookie", "sticky sessions"));

    private Synonyms() {}

    @SafeVarargs
    private static <T> Map<String, T> table(Map.Entry<String, T>... entries) {
        var table = new TreeMap<String, T>();
        for (Map.Entry<String, T> entry : entries) table.put(entry.getKey(), entry.getValue());
        return table;
    }

    /// The choice that `word` means; empty when it is no known synonym of a choice.
    static String meaning(String word, List<String> choices) {
        for (String meant : MEANT.getOrDefault(plain(word), List.of())) {
            if (choices.contains(meant)) return meant;
        }
        return "";
    }

    /// The section in which `word` or its synonym belongs; empty when the word is unknown.
    static String place(String word) {
        String own = PLACES.getOrDefault(word, "");
        if (!own.isEmpty()) return word + " stands in " + own;
        for (String meant : MEANT.getOrDefault(plain(word), List.of())) {
            String there = PLACES.getOrDefault(meant, "");
            if (!there.isEmpty()) return "did you mean " + meant + ", which stands in " + there + "?";
        }
        return "";
    }

    /// ` (TLS: not in this version)`, or another missing feature that `word` names; empty when it names none.
    static String missing(String word) {
        String missing = NOT_YET.getOrDefault(plain(word), "");
        return missing.isEmpty() ? "" : " (" + missing + ": not in this version)";
    }

    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replaceAll("[-_ .]", "");
    }
}
