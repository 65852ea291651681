package dev.weir.gateway.route;

import dev.weir.gateway.config.Route;
import dev.weir.http.codec.RequestReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/// The routes of one listener, prepared for matching request heads.
///
/// A host matches as a whole, in any case. A path matches by whole segments, case counts, nothing is
/// decoded: `/v1` and `/v1/` both take `/v1` and `/v1/x`, neither takes `/v10`; `/` takes everything, `*`
/// too. The first match wins.
///
/// **Threads:** immutable; any number of loops share one.
/// **Waits:** never waits, never allocates.
/// **Limits:** time grows linearly with the number of routes.
public final class RouteTable {
    /// No route matches.
    public static final int NONE = -1;

    private final List<Route> routes;
    private final byte[][] hosts;
    private final byte[][] paths;

    private RouteTable(List<Route> routes) {
        this.routes = List.copyOf(routes);
        this.hosts = new byte[routes.size()][];
        this.paths = new byte[routes.size()][];
        for (int i = 0; i < routes.size(); i++) {
            hosts[i] = routes.get(i).host().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.ISO_8859_1);
            paths[i] = routes.get(i).prefix().getBytes(StandardCharsets.ISO_8859_1);
        }
    }

    /// A table of these routes, in this order.
    public static RouteTable of(List<Route> routes) {
        return new RouteTable(routes);
    }

    /// Finds the first route that matches the host, without its port, and the path of a request, without its query.
    ///
    /// @param head lent
    /// @return index of the route, for [#route], or [#NONE]
    public int match(RequestReader head) {
        ByteBuffer bytes = head.bytes();
        int hostFrom = head.authorityFrom();
        int hostTo = head.hostTo();
        int pathFrom = head.pathFrom();
        int pathTo = head.pathTo();
        for (int i = 0; i < hosts.length; i++) {
            if (takesHost(hosts[i], bytes, hostFrom, hostTo) && takesPath(paths[i], bytes, pathFrom, pathTo)) {
                return i;
            }
        }
        return NONE;
    }

    /// The route of an index that [#match] returned.
    public Route route(int index) {
        return routes.get(index);
    }

    /// How many routes there are.
    public int size() {
        return routes.size();
    }

    private static boolean takesHost(byte[] host, ByteBuffer bytes, int from, int to) {
        if (host.length == 0) {
            return true;
        }
        if (host.length != to - from) {
            return false;
        }
        for (int i = 0; i < host.length; i++) {
            if (host[i] != lowerCase(bytes.get(from + i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean takesPath(byte[] path, ByteBuffer bytes, int from, int to) {
        if (path.length == 0) {
            return true;
        }
        if (path.length > to - from) {
            return false;
        }
        for (int i = 0; i < path.length; i++) {
            if (path[i] != bytes.get(from + i)) {
                return false;
            }
        }
        return path.length == to - from || bytes.get(from + path.length) == '/';
    }

    private static byte lowerCase(byte letter) {
        return letter >= 'A' && letter <= 'Z' ? (byte) (letter + ('a' - 'A')) : letter;
    }
}
