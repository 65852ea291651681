package dev.weir.laws.hunt;

import dev.weir.laws.SeedHunt;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.tools.ToolProvider;

/// Puts a bug into a copy of one class and looks who finds it: first the simulator, then the tests.
///
/// **Threads:** immutable; each hunt has a folder of its own.
/// **Waits:** [#find] for the JVMs it starts.
/// **Limits:** five minutes for each run of the simulation or of tests.
final class Hunt {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final List<String> LINCHECK =
            List.of("-XX:+EnableDynamicAgentLoading", "--sun-misc-unsafe-memory-access=allow");

    private final Path root;
    private final Path folder;
    private final Tests tests;
    private final int seeds;

    /// @param root of the tree, of which nothing is changed
    /// @param folder for what is made on the way
    Hunt(Path root, Path folder, Tests tests, int seeds) {
        this.root = root;
        this.folder = folder;
        this.tests = tests;
        this.seeds = seeds;
    }

    Finding find(PlantedBug bug) throws IOException, InterruptedException {
        Path mine = Files.createDirectories(folder.resolve(bug.name()));
        Path classes = Files.createDirectories(mine.resolve("classes"));
        String wrong = compile(bug, mine, classes);
        var judge = new Judge(bug, new Programs(mine, classes), seeds);
        if (!wrong.isEmpty()) return judge.ended(Finding.Verdict.NOT_JUDGED, "it does not compile: " + wrong);
        var rounds = new ArrayList<List<String>>();
        rounds.add(tests.of(bug.packageName()));
        for (String one : tests.interleaving(bug.packageName())) rounds.add(List.of(one));
        rounds.add(tests.above(bug.packageName()));
        rounds.add(tests.below(bug.packageName()));
        return judge.judge(rounds);
    }

    private final class Programs implements Runs {
        private final Path mine;
        private final Path classes;

        private Programs(Path mine, Path classes) {
            this.mine = mine;
            this.classes = classes;
        }

        @Override
        public List<String> seeds() throws IOException, InterruptedException {
            return new Child(classes, mine.resolve("seeds.log"), folder)
                    .answer(SeedHunt.class, List.of(), List.of(String.valueOf(seeds)), LIMIT);
        }

        @Override
        public List<String> seedWithout(String scenario, String seed) throws IOException, InterruptedException {
            return new Child(mine.resolve("none"), mine.resolve("seed.log"), folder)
                    .answer(SeedHunt.class, List.of(), List.of(scenario, seed), LIMIT);
        }

        @Override
        public List<String> tests(List<String> chosen, Set<String> ignored) throws IOException, InterruptedException {
            var arguments = new ArrayList<>(chosen);
            for (String id : ignored) arguments.add(TestHunt.IGNORED + id);
            return run(classes, "tests.log", arguments);
        }

        @Override
        public List<String> testWithout(String id) throws IOException, InterruptedException {
            return run(mine.resolve("none"), "control.log", List.of(id));
        }

        private List<String> run(Path first, String log, List<String> arguments)
                throws IOException, InterruptedException {
            // Why: tests look for files from where their module lies.
            return new Child(first, mine.resolve(log), root.resolve("laws"))
                    .answer(TestHunt.class, LINCHECK, arguments, LIMIT);
        }
    }

    /// Compiles the class with the bug in it against the classes that are built.
    ///
    /// @return what the compiler complains of; empty when all is well
    private String compile(PlantedBug bug, Path mine, Path classes) throws IOException {
        Path copy = mine.resolve("source").resolve(bug.place());
        Files.createDirectories(copy.getParent());
        Files.writeString(copy, bug.plantedIn(Files.readString(root.resolve(bug.path()))));
        var compiler = ToolProvider.getSystemJavaCompiler();
        var said = new StringWriter();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            var options = List.of(
                    "-d", classes.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none", "-nowarn");
            boolean done = compiler.getTask(said, files, null, options, null, files.getJavaFileObjects(copy))
                    .call();
            return done ? "" : said.toString().lines().findFirst().orElse("for no reason it tells");
        }
    }
}
