package dev.weir.gateway.config;

import java.util.List;

/// The upstreams that routes and listeners may name.
///
/// **Threads:** confined to the reader's thread.
///
/// @param names in the order of the file; empty when there is nothing to compare with
record UpstreamNames(List<String> names) {

    UpstreamNames {
        names = names.stream().limit(UpstreamBinder.COUNT_LIMIT).toList();
    }

    /// The name at `upstream`, which must be there; empty after adding a fault.
    String required(Section section) {
        return section.required("upstream", "the name of an upstream")
                .map(this::known)
                .orElse("");
    }

    private String known(Value value) {
        var name = value.text("the name of an upstream");
        // Why: when there are no upstreams at all, that is the one fault worth telling.
        if (!name.isEmpty() && !names.isEmpty() && !names.contains(name)) {
            value.refuse("expected the name of an upstream of this file", NearestWord.question(name, names));
        }
        return name;
    }
}
