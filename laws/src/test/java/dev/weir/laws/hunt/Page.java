package dev.weir.laws.hunt;

import java.util.List;
import java.util.stream.Collectors;

/// The table of planted bugs, for the documents.
final class Page {
    private static final String HEAD = """
            # Planted bugs

            Tests that pass prove little until they have been seen to fail. Each row is a bug that somebody could well have
            written, put into a copy of one class of the product; beside it stands who found it. Written by
            `./weir planted --page docs/planted.md`; [how](../CONTRIBUTING.md#planted-bugs).

            A scenario of `./weir sim` and the law that was broken, with the number of seeds it took, or the first test
            that failed, where all seeds that were played showed nothing.

            | Class | Bug | Situation | Found by | After |
            |---|---|---|---|---|
            """;

    private Page() {}

    static String of(List<Finding> findings, int seeds) {
        return findings.stream()
                .map(Finding::pageRow)
                .collect(Collectors.joining("\n", HEAD, "\n\nSeeds played at most: " + seeds + ".\n"));
    }
}
