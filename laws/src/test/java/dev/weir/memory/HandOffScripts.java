package dev.weir.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// All that two loops may do with three flows: what two flows of one loop can do in every order, beside all that one
/// flow of another loop can do.
final class HandOffScripts {
    /// What a flow does; the last thing it holds goes back by itself at the end.
    private static final List<List<String>> LIVES = List.of(List.of("a"), List.of("a", "r"), List.of("a", "c"));

    private static final List<List<String>> LONGER_LIVES = List.of(
            List.of("a"), List.of("a", "c"), List.of("a", "m", "c"), List.of("a", "r", "a"), List.of("a", "c", "a"));

    private HandOffScripts() {}

    /// Scripts of the loop with flows 0 and 1, which are alike, so that flow 0 is the first to move.
    static SortedSet<String> ofTwoFlows() {
        var scripts = new TreeSet<String>();
        for (List<String> first : LIVES) {
            for (List<String> second : LIVES) {
                weave(numbered(first, 0), numbered(second, 1), new ArrayList<>(), scripts);
            }
        }
        scripts.removeIf(script -> !script.startsWith("a0"));
        return scripts;
    }

    /// Scripts of the loop with flow 2.
    static List<String> ofOneFlow() {
        return LONGER_LIVES.stream()
                .map(life -> String.join(" ", numbered(life, 2)))
                .toList();
    }

    private static List<String> numbered(List<String> life, int flow) {
        return life.stream().map(word -> word.equals("m") ? word : word + flow).toList();
    }

    private static void weave(List<String> one, List<String> other, List<String> soFar, SortedSet<String> into) {
        if (one.isEmpty() && other.isEmpty()) {
            into.add(String.join(" ", soFar));
            return;
        }
        if (!one.isEmpty()) weaveFrom(one, other, soFar, into);
        if (!other.isEmpty()) weaveFrom(other, one, soFar, into);
    }

    private static void weaveFrom(List<String> next, List<String> other, List<String> soFar, SortedSet<String> into) {
        var longer = new ArrayList<>(soFar);
        longer.add(next.getFirst());
        weave(next.subList(1, next.size()), other, longer, into);
    }
}
