package dev.weir.laws.hunt;

import java.util.List;
import java.util.stream.Collectors;

/// The table of planted bugs, for the documents.
final class Page {
    private static final String HEAD = """
            # Planted bugs

            Tests that pass prove little until they have been seen to fail. Each row is a bug that somebody could well have
            written, put into a copy of one class of the product; beside it stands who found it. Written by
            `./weir planted --seeds SEEDS --page docs/planted.md`; [how](../CONTRIBUTING.md#planted-bugs).

            A scenario of `./weir sim` and the law that was broken, with the number of seeds it took, or the first test
            that failed, where all seeds that were played showed nothing. Half of the seeds are played in the first
            scenario, the others in equal parts in the rest, one after the other; a number counts those of the scenarios
            before it, too. Laws stand in [testing](testing.md#everything-from-one-seed).

            | Class | Bug | Situation | Found by | After |
            |---|---|---|---|---|
            """;

    private Page() {}

    static String of(List<Finding> findings, int seeds) {
        return findings.stream()
                .map(Finding::pageRow)
                .collect(Collectors.joining(
                        "\n",
                        HEAD.replace("SEEDS", Integer.toString(seeds)),
                        "\n\nSeeds played at most: " + seeds + ".\n"));
    }
}
