package dev.weir.gateway.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/// Collects the errors of one file, so that all are reported at once.
///
/// **Threads:** confined to the reader's thread.
final class ConfigErrors {
    private final List<ConfigError> faults = new ArrayList<>();

    void add(Node at, String path, String message, String suggestion) {
        // Why: nodes have no mark only when the tree is composed without marks; this one is composed with them.
        add(at.getStartMark().orElseThrow(), path, message, suggestion);
    }

    void add(Mark at, String path, String message, String suggestion) {
        var place = path.isEmpty() ? "file" : path;
        add(new ConfigError(at.getLine() + 1, at.getColumn() + 1, place, message, suggestion));
    }

    void add(ConfigError fault) {
        faults.add(fault);
    }

    boolean isEmpty() {
        return faults.isEmpty();
    }

    List<ConfigError> inFileOrder() {
        return faults.stream()
                .sorted(Comparator.comparingInt(ConfigError::line).thenComparingInt(ConfigError::column))
                .toList();
    }
}
