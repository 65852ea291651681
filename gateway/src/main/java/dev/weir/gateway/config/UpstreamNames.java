package dev.weir.gateway.config;

import java.util.List;

/// The names of upstreams that routes and listeners may use.
///
/// **Threads:** confined to the reader's thread.
///
/// @param names in the order of the file; empty when there are no upstreams
record UpstreamNames(List<String> names) {

    UpstreamNames {
        names = names.stream().limit(UpstreamBinder.COUNT_LIMIT).toList();
    }

    /// The name at the required key `upstream`; empty after adding an error.
    String required(Section section) {
        return section.required("upstream", "the name of an upstream")
                .map(this::known)
                .orElse("");
    }

    private String known(Value value) {
        var name = value.text("the name of an upstream");
        // Why: when there are no upstreams at all, that is the one error worth reporting.
        if (!name.isEmpty() && !names.isEmpty() && !names.contains(name)) {
            value.refuse("expected the name of an upstream of this file", NearestWord.question(name, names));
        }
        return name;
    }
}
