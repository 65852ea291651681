package dev.weir.laws.hunt;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The table of planted bugs, for the documents. It is written anew with each finding, because hunting all of
/// them takes hours; rows of bugs that are not hunted this time stay, if as many seeds were played for them.
///
/// **Threads:** thread-safe.
final class Page {
    private static final String HEAD = """
            # Planted bugs

            Tests that pass prove little until they have been seen to fail. Each row is a bug that somebody could well have
            written, put into a copy of one class of the product, with the test or scenario that found it. Written by
            `./weir planted --seeds SEEDS --page docs/planted.md`; [how](../CONTRIBUTING.md#planted-bugs).

            A scenario of `./weir sim` and the law that was broken, with the number of seeds it took, or the first test
            that failed, where all seeds that were played showed nothing. Half of the seeds are played in the first
            scenario, the others in equal parts in the rest, one after the other; a number counts those of the scenarios
            before it, too. Laws stand in [how the simulation works](contributing/simulation.md#the-simulated-world).

            | Class | Bug | Situation | Found by | After |
            |---|---|---|---|---|
            """;
    private static final String FOOT = "\n\nSeeds played at most: SEEDS. Bugs in the table: COUNT of ALL.\n";
    private static final Pattern ROW = Pattern.compile("\\| ([^|]*) \\| ([a-z0-9-]+): .*");

    private final Path file;
    private final int seeds;
    private final int all;

    /// The row of each bug, by its class and its name.
    private final TreeMap<Key, String> rows = new TreeMap<>();

    /// What the rows are sorted by.
    private record Key(String kind, String name) implements Comparable<Key> {
        private static final Comparator<Key> ORDER =
                Comparator.comparing(Key::kind).thenComparing(Key::name);

        static Key of(PlantedBug bug) {
            return new Key(bug.kind(), bug.name());
        }

        @Override
        public int compareTo(Key other) {
            return ORDER.compare(this, other);
        }
    }

    private Page(Path file, int seeds, int all) {
        this.file = file;
        this.seeds = seeds;
        this.all = all;
    }

    /// The page in `file`, with the rows it has of `bugs` if as many seeds were played for them; without rows
    /// where there is no such file.
    static Page open(Path file, int seeds, List<PlantedBug> bugs) throws IOException {
        var page = new Page(file, seeds, bugs.size());
        if (!Files.exists(file)) return page;
        String text = Files.readString(file);
        if (!text.contains("Seeds played at most: " + seeds + ".")) return page;
        var known = bugs.stream().map(Key::of).toList();
        text.lines().forEach(line -> {
            Matcher row = ROW.matcher(line);
            if (!row.matches()) return;
            var key = new Key(row.group(1), row.group(2));
            if (known.contains(key)) page.rows.put(key, line);
        });
        return page;
    }

    boolean has(PlantedBug bug) {
        return rows.containsKey(Key.of(bug));
    }

    /// Puts `finding` in, in place of an older one of the same bug.
    synchronized void add(Finding finding) throws IOException {
        rows.put(Key.of(finding.bug()), finding.pageRow());
        String foot = FOOT.replace("COUNT", Integer.toString(rows.size())).replace("ALL", Integer.toString(all));
        String text = HEAD + String.join("\n", rows.values()) + foot;
        Files.writeString(file, text.replace("SEEDS", Integer.toString(seeds)));
    }
}
