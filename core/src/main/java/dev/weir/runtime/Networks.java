package dev.weir.runtime;

import dev.weir.transport.NetworkService;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/// The kinds of network on the class path or module path.
///
/// **Threads:** thread-safe.
final class Networks {
    private Networks() {}

    /// The one that settings call `name`.
    ///
    /// @throws IllegalArgumentException when there is none, or more than one, naming what there is
    static NetworkService named(String name) {
        var all = new ArrayList<NetworkService>();
        for (NetworkService one : ServiceLoader.load(NetworkService.class)) all.add(one);
        return named(name, all);
    }

    private static NetworkService named(String name, List<NetworkService> all) {
        var found = all.stream().filter(one -> one.name().equals(name)).toList();
        if (found.size() == 1) return found.getFirst();
        if (found.isEmpty()) {
            var names = all.stream().map(NetworkService::name).sorted().toList();
            throw new IllegalArgumentException("no network is called '" + name + "'; there are " + names);
        }
        var classes =
                found.stream().map(one -> one.getClass().getName()).sorted().toList();
        throw new IllegalArgumentException("more than one network is called '" + name + "': " + classes);
    }
}
