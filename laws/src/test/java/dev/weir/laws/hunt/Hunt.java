package dev.weir.laws.hunt;

import dev.weir.laws.SeedHunt;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;

/// Puts a bug into a copy of one class and looks who finds it: first the simulator, then the tests.
///
/// **Threads:** immutable; each hunt has a folder of its own.
/// **Waits:** [#find] for the JVMs it starts.
/// **Limits:** five minutes of simulation, five of tests.
final class Hunt {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final String CAUGHT = "CAUGHT";
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
        if (!wrong.isEmpty()) return missed(bug, "it does not compile: " + wrong);
        List<String> told = seeds == 0
                ? List.of("MISSED", "0")
                : new Child(classes, mine.resolve("seeds.log"), folder)
                        .answer(SeedHunt.class, List.of(), List.of(String.valueOf(seeds)), LIMIT);
        if (isCaught(told)) return new Finding(bug, true, told.get(1), after(told.get(2)));
        if (told.size() < 2) return missed(bug, "the simulation ended without a word");
        return findByTests(bug, mine, classes);
    }

    private Finding findByTests(PlantedBug bug, Path mine, Path classes) throws IOException, InterruptedException {
        var rounds = new ArrayList<List<String>>();
        rounds.add(tests.of(bug.packageName()));
        for (String one : tests.interleaving(bug.packageName())) rounds.add(List.of(one));
        rounds.add(tests.above(bug.packageName()));
        int passed = 0;
        for (List<String> round : rounds) {
            if (round.isEmpty()) continue;
            List<String> told = run(classes, mine.resolve("tests.log"), round);
            if (told.size() < 2) return missed(bug, "the tests ended without a word");
            if (!isCaught(told)) {
                passed += Integer.parseInt(told.get(1));
                continue;
            }
            // Why: a test that fails anyway has found nothing.
            List<String> control = run(mine.resolve("none"), mine.resolve("control.log"), List.of(told.get(2)));
            boolean passes = control.size() > 1 && !isCaught(control) && Integer.parseInt(control.get(1)) > 0;
            if (!passes) return missed(bug, told.get(1) + " does not pass without the bug");
            return new Finding(bug, true, told.get(1), seeds == 0 ? "tests only" : "no seed");
        }
        return missed(bug, passed + " tests passed");
    }

    private List<String> run(Path classes, Path log, List<String> chosen) throws IOException, InterruptedException {
        // Why: tests look for files from where their module lies.
        return new Child(classes, log, root.resolve("laws")).answer(TestHunt.class, LINCHECK, chosen, LIMIT);
    }

    private Finding missed(PlantedBug bug, String why) {
        return new Finding(bug, false, why, "after " + seeds + " seeds");
    }

    private static boolean isCaught(List<String> told) {
        return !told.isEmpty() && told.getFirst().equals(CAUGHT);
    }

    private static String after(String seeds) {
        return seeds.equals("1") ? "1 seed" : seeds + " seeds";
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
