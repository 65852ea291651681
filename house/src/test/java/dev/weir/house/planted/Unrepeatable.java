package dev.weir.house.planted;

import java.lang.ref.Cleaner;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/// Does what gives another answer in each run.
public final class Unrepeatable {
    private final Map<String, Integer> counts = new HashMap<>();

    private Unrepeatable() {}

    int identity() {
        return System.identityHashCode(counts) + ThreadLocalRandom.current().nextInt();
    }

    static Set<String> order() {
        return Set.of("one", "two").stream().map(String::strip).collect(Collectors.toSet());
    }

    static Cleaner cleaner() {
        return Cleaner.create();
    }
}
