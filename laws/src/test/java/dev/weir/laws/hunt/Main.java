package dev.weir.laws.hunt;

import dev.weir.laws.hunt.Finding.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The command `./weir planted`: plants one bug after the other, as many at once as there are cores, and tells
/// who finds it.
public final class Main {
    private static final int SEEDS = 10_000;
    private static final int MISSED = 1;
    private static final int REFUSED = 2;
    private static final int NOT_JUDGED = 3;

    private Main() {}

    /// What is said behind the command.
    ///
    /// @param page where the table is written; null for nowhere
    /// @param missing whether only those are hunted that are not on the page
    private record Options(
            List<String> names, int seeds, @Nullable Path page, boolean missing) {
        static Options of(List<String> words) {
            var names = new ArrayList<String>();
            int seeds = SEEDS;
            Path page = null;
            boolean missing = false;
            for (int i = 0; i < words.size(); i++) {
                String word = words.get(i);
                if (!word.startsWith("--")) {
                    names.add(word);
                    continue;
                }
                if (word.equals("--missing")) {
                    missing = true;
                    continue;
                }
                if (i + 1 == words.size()) throw new IllegalArgumentException("nothing follows " + word);
                String value = words.get(++i);
                switch (word) {
                    case "--seeds" -> seeds = Integer.parseUnsignedInt(value);
                    case "--page" -> page = Path.of(value);
                    default -> throw new IllegalArgumentException("unknown option: " + word);
                }
            }
            if (missing && page == null) throw new IllegalArgumentException("--missing needs --page");
            return new Options(names, seeds, page, missing);
        }
    }

    /// Exits with 0, or 1 when a bug was missed, or 2 when the command line is wrong, or 3 when none was missed
    /// but not all could be judged.
    ///
    /// @param arguments the root of the tree, then names of bugs and options
    public static void main(String[] arguments) throws Exception {
        Path root = Path.of(arguments[0]).toAbsolutePath();
        try {
            Options options = Options.of(List.of(arguments).subList(1, arguments.length));
            System.exit(hunt(root, options));
        } catch (IllegalArgumentException wrong) {
            System.err.println("weir: planted: " + wrong.getMessage());
            System.exit(REFUSED);
        }
    }

    private static List<PlantedBug> chosen(List<PlantedBug> all, List<String> names) {
        for (String name : names) {
            if (all.stream().noneMatch(bug -> bug.name().equals(name))) {
                throw new IllegalArgumentException("no bug of this name: " + name);
            }
        }
        return all.stream()
                .filter(bug -> names.isEmpty() || names.contains(bug.name()))
                .toList();
    }

    private static int hunt(Path root, Options options) throws Exception {
        List<PlantedBug> all = PlantedBug.all(root);
        Path file = options.page();
        Page page = file == null ? null : Page.open(file, options.seeds(), all);
        List<PlantedBug> bugs = chosen(all, options.names()).stream()
                .filter(bug -> page == null || !options.missing() || !page.has(bug))
                .toList();
        Path folder = Files.createTempDirectory("weir-planted");
        List<Finding> findings;
        try {
            findings = findings(new Hunt(root, folder, Tests.onClassPath(), options.seeds()), bugs, page);
        } finally {
            remove(folder);
        }
        long caught = findings.stream().filter(one -> one.is(Verdict.CAUGHT)).count();
        System.out.println(caught + " of " + findings.size() + " planted bugs were caught");
        return status(findings);
    }

    static int status(List<Finding> findings) {
        if (findings.stream().anyMatch(one -> one.is(Verdict.MISSED))) return MISSED;
        return findings.stream().anyMatch(one -> one.is(Verdict.NOT_JUDGED)) ? NOT_JUDGED : 0;
    }

    private static List<Finding> findings(Hunt hunt, List<PlantedBug> bugs, @Nullable Page page)
            throws InterruptedException {
        try (var pool = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            List<Callable<Finding>> hunts = bugs.stream()
                    .<Callable<Finding>>map(bug -> () -> told(hunt.find(bug), page))
                    .toList();
            var findings = new ArrayList<Finding>();
            for (Future<Finding> one : pool.invokeAll(hunts)) findings.add(one.get());
            return findings;
        } catch (ExecutionException failure) {
            throw new IllegalStateException("a hunt failed", failure.getCause());
        }
    }

    private static Finding told(Finding finding, @Nullable Page page) throws IOException {
        System.out.println(finding.row());
        if (page != null) page.add(finding);
        return finding;
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }
}
