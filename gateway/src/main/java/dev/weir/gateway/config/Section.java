package dev.weir.gateway.config;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/// One mapping of the file: unknown and duplicate keys are errors, and omitted keys have defaults.
///
/// **Threads:** confined to the reader's thread.
final class Section {
    private record Entry(Node key, Value value) {}

    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Set<String> meant = new LinkedHashSet<>();
    private final Node node;
    private final String path;
    private final ConfigErrors faults;

    private Section(Node node, String path, ConfigErrors faults) {
        this.node = node;
        this.path = path;
        this.faults = faults;
    }

    /// A mapping with these keys; empty after adding an error.
    static Section of(Value value, List<String> keys) {
        var section = named(value, "a mapping with " + Value.listed(keys));
        section.refuseUnknown(keys);
        return section;
    }

    /// A mapping whose keys are names; empty after adding an error.
    static Section named(Value value, String expected) {
        var section = new Section(value.node(), value.path(), value.faults());
        if (value.node() instanceof MappingNode mapping) {
            section.takeEntries(mapping);
        } else {
            boolean isEmpty = !value.path().isEmpty()
                    && value.node() instanceof ScalarNode scalar
                    && scalar.getValue().isBlank();
            value.refuse(
                    "expected " + expected, isEmpty ? "indent the lines that belong to it deeper than its key" : "");
        }
        return section;
    }

    private void takeEntries(MappingNode mapping) {
        for (var entry : mapping.getValue()) {
            if (!(entry.getKeyNode() instanceof ScalarNode key)
                    || key.getValue().isBlank()) {
                faults.add(entry.getKeyNode(), path, "expected a key, found " + FoundText.node(entry.getKeyNode()), "");
                continue;
            }
            var name = key.getValue();
            var first = entries.get(name);
            if (first == null) {
                entries.put(name, new Entry(key, new Value(entry.getValueNode(), below(name), faults)));
            } else {
                int line = first.key.getStartMark().orElseThrow().getLine() + 1;
                var found = FoundText.text(name) + " again (first in line " + line + ")";
                faults.add(key, below(name), "expected each key once, found " + found, "");
            }
        }
    }

    private void refuseUnknown(List<String> keys) {
        for (var name : names()) {
            if (!keys.contains(name)) {
                String nearest = NearestWord.question(name, keys);
                meant.add(NearestWord.meant(name, keys));
                String found = "found the unknown key " + FoundText.text(name) + Synonyms.missing(name);
                refuseKey(
                        name,
                        "expected " + Value.listed(keys) + ", " + found,
                        nearest.isEmpty() ? Synonyms.place(name) : nearest);
            }
        }
    }

    /// Adds an error at a key of this mapping.
    void refuseKey(String name, String message, String suggestion) {
        var entry = entries.get(name);
        if (entry != null) {
            faults.add(entry.key, below(name), message, suggestion);
        }
    }

    private String below(String name) {
        return path.isEmpty() ? FoundText.text(name) : path + "." + FoundText.text(name);
    }

    /// The keys of this mapping, in the order of the file.
    List<String> names() {
        return List.copyOf(entries.keySet());
    }

    /// The value of a key.
    Optional<Value> value(String key) {
        return Optional.ofNullable(entries.get(key)).map(Entry::value);
    }

    /// The value of a key; adds an error when it is missing.
    Optional<Value> required(String key, String expected) {
        var value = value(key);
        // Why: one mistake is one error: a node that is no mapping, or a misspelled key, has already been reported.
        if (value.isEmpty() && node instanceof MappingNode && !meant.contains(key)) {
            faults.add(node, below(key), "expected " + expected + ", found no " + key, "");
        }
        return value;
    }

    /// The mapping at a key, or an empty one when there is none.
    Section section(String key, List<String> keys) {
        return value(key).map(found -> of(found, keys)).orElseGet(() -> new Section(node, below(key), faults));
    }

    int count(String key, int fallback, int least, int limit) {
        return value(key).map(found -> found.count(fallback, least, limit)).orElse(fallback);
    }

    Duration duration(String key, Duration fallback, Duration least, Duration limit) {
        return value(key)
                .map(found -> Duration.ofMillis(
                        Quantity.DURATION.read(found, fallback.toMillis(), least.toMillis(), limit.toMillis(), "")))
                .orElse(fallback);
    }

    /// One of these words; the first is the default.
    String choice(String key, List<String> words) {
        return value(key).map(found -> found.choice(words)).orElseGet(words::getFirst);
    }

    /// One of these constants, which the file writes in lower case with hyphens; the first is the default.
    <E extends Enum<E>> E choice(String key, E[] constants) {
        var words = Stream.of(constants).map(EnumWord::of).toList();
        return constants[words.indexOf(choice(key, words))];
    }
}
