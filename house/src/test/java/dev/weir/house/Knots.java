package dev.weir.house;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// The knots of a package: groups of top-level classes each of which depends on each other one, directly or through
/// others of the group, without leaving the package. A nested class counts as part of its outer class.
///
/// **Source:** Tarjan, Depth-first search and linear graph algorithms (1972).
final class Knots {
    /// Groups up to this size can be read together.
    static final int CLASSES_MAX = 6;

    private final Map<String, SortedSet<String>> uses;
    private final Map<String, Integer> numbers = new LinkedHashMap<>();
    private final Map<String, Integer> lows = new LinkedHashMap<>();
    private final ArrayDeque<String> open = new ArrayDeque<>();
    private final List<SortedSet<String>> groups = new ArrayList<>();

    private Knots(Map<String, SortedSet<String>> uses) {
        this.uses = uses;
    }

    /// The groups of at least two classes in each package that has any, largest first.
    static SortedMap<String, List<SortedSet<String>>> of(JavaClasses classes) {
        var packages = new TreeMap<String, Map<String, SortedSet<String>>>();
        for (var type : classes) {
            var uses = packages.computeIfAbsent(type.getPackageName(), name -> new TreeMap<>());
            var used = uses.computeIfAbsent(House.outermost(type), name -> new TreeSet<>());
            for (var dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                if (target.getPackageName().equals(type.getPackageName())) used.add(House.outermost(target));
            }
        }
        var knots = new TreeMap<String, List<SortedSet<String>>>();
        packages.forEach((name, uses) -> {
            var groups = new Knots(uses).groups();
            if (!groups.isEmpty()) knots.put(name, groups);
        });
        return knots;
    }

    private List<SortedSet<String>> groups() {
        for (var name : uses.keySet()) {
            if (!numbers.containsKey(name)) visit(name);
        }
        groups.sort(Comparator.comparingInt(group -> -group.size()));
        return groups;
    }

    private void visit(String name) {
        numbers.put(name, numbers.size());
        lows.put(name, numbers.get(name));
        open.push(name);
        for (var used : uses.getOrDefault(name, new TreeSet<>())) {
            if (!numbers.containsKey(used)) {
                visit(used);
                lower(name, Objects.requireNonNull(lows.get(used)));
            } else if (open.contains(used)) {
                lower(name, numbers.get(used));
            }
        }
        if (lows.get(name).equals(numbers.get(name))) close(name);
    }

    private void lower(String name, int low) {
        lows.merge(name, low, Math::min);
    }

    private void close(String first) {
        var group = new TreeSet<String>();
        String member;
        do {
            member = open.pop();
            group.add(member);
        } while (!member.equals(first));
        if (group.size() > 1) groups.add(group);
    }
}
