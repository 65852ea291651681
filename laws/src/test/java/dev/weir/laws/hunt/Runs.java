package dev.weir.laws.hunt;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/// The runs of one hunt, each a JVM of its own. Each returns the words of the last line that was printed; nothing if
/// the run was killed or died.
///
/// **Waits:** all of them until the JVM has ended or its time is over.
interface Runs {
    /// Plays the scenarios with the bug: `CAUGHT`, the oracle, how many seeds it took, the scenario and the seed; or
    /// `MISSED` and how many seeds were played.
    List<String> seeds() throws IOException, InterruptedException;

    /// Plays one seed without the bug; same answer.
    List<String> seedWithout(String scenario, String seed) throws IOException, InterruptedException;

    /// Runs test classes or one test with the bug until the first that fails: `CAUGHT`, its name, its id and how many
    /// passed before; or `MISSED` and how many passed.
    ///
    /// @param ignored ids of tests whose failures do not count
    List<String> tests(List<String> chosen, Set<String> ignored) throws IOException, InterruptedException;

    /// Runs one test without the bug; same answer.
    List<String> testWithout(String id) throws IOException, InterruptedException;
}
