package dev.weir.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.house.planted.Unrepeatable;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Proves that nothing in Weir depends on what differs between two runs: the order of hash tables, the addresses of
/// objects, the collector. Without this a failing seed would not replay. It reads the compiled classes.
final class DeterminismTest {
    private static final Door ORDER = Door.of(
            "its order differs from run to run: use a list, an array, LinkedHashMap, TreeMap or EnumMap",
            List.of(),
            "java\\.util\\.(HashMap|HashSet|IdentityHashMap|WeakHashMap|Hashtable)(\\..*)?",
            "java\\.util\\.concurrent\\.(ConcurrentHashMap|ConcurrentSkipListSet)(\\..*)?",
            "java\\.util\\.(Set|Map)\\.(of|ofEntries|copyOf)",
            "java\\.util\\.stream\\.Collectors\\."
                    + "(toSet|toMap|toUnmodifiableSet|toUnmodifiableMap|toConcurrentMap|groupingBy|groupingByConcurrent)");

    private static final Door IDENTITY = Door.of(
            "an address is different in each run: count, or use a name",
            List.of(),
            "java\\.lang\\.System\\.identityHashCode",
            "java\\.lang\\.Object\\.hashCode",
            "java\\.util\\.Objects\\.toIdentityString");

    private static final Door COLLECTOR = Door.of(
            "the collector runs when it likes, and a cleaner's thread outlives close()",
            List.of(),
            "java\\.lang\\.ref\\.Cleaner.*",
            "java\\.lang\\.Object\\.finalize",
            "java\\.lang\\.System\\.gc",
            "java\\.util\\.concurrent\\.ThreadLocalRandom.*");

    @Test
    void nothingFollowsTheOrderOfAHashTable() {
        assertThat(ORDER.complaints(House.classes(House.DETERMINISTIC))).isEmpty();
    }

    @Test
    void nothingFollowsTheAddressOfAnObject() {
        assertThat(IDENTITY.complaints(House.classes(House.DETERMINISTIC))).isEmpty();
    }

    @Test
    void nothingFollowsTheCollectorOrTheThread() {
        assertThat(COLLECTOR.complaints(House.classes(House.DETERMINISTIC))).isEmpty();
    }

    @Test
    void whatDiffersBetweenRunsIsFound() {
        var planted = House.planted(Unrepeatable.class);

        assertThat(ORDER.complaints(planted))
                .anyMatch(complaint -> complaint.contains("HashMap"))
                .anyMatch(complaint -> complaint.contains("Set.of"))
                .anyMatch(complaint -> complaint.contains("Collectors.toSet"));
        assertThat(IDENTITY.complaints(planted)).anyMatch(complaint -> complaint.contains("identityHashCode"));
        assertThat(COLLECTOR.complaints(planted))
                .anyMatch(complaint -> complaint.contains("Cleaner"))
                .anyMatch(complaint -> complaint.contains("ThreadLocalRandom"));
    }
}
