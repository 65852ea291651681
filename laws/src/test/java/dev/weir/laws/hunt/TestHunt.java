package dev.weir.laws.hunt;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectUniqueId;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/// Runs tests until the first that fails.
///
/// The last line it prints is `CAUGHT`, the test, its unique id and how many had passed before, or `MISSED` and
/// how many passed, separated by tabs.
public final class TestHunt {
    /// Stands before the id of a test whose failure does not count.
    static final String IGNORED = "!";

    private static final int TEST_SECONDS = 60;

    private TestHunt() {}

    /// Runs the classes that are named, or the tests whose unique ids are given.
    ///
    /// @param arguments also ids behind `!`, of tests whose failures do not count
    public static void main(String[] arguments) {
        var request = LauncherDiscoveryRequestBuilder.request()
                .selectors(Arrays.stream(arguments)
                        .filter(one -> !one.startsWith(IGNORED))
                        .map(one -> one.startsWith("[") ? selectUniqueId(one) : selectClass(one))
                        .toList())
                .filters(TagFilter.excludeTags("long"))
                // Why: what hangs has failed.
                .configurationParameter("junit.jupiter.execution.timeout.default", TEST_SECONDS + " s")
                .configurationParameter("junit.jupiter.execution.timeout.thread.mode.default", "SEPARATE_THREAD")
                .build();
        Set<String> ignored = Arrays.stream(arguments)
                .filter(one -> one.startsWith(IGNORED))
                .map(one -> one.substring(IGNORED.length()))
                .collect(Collectors.toUnmodifiableSet());
        tell("MISSED\t" + passed(request, ignored));
    }

    private static int passed(LauncherDiscoveryRequest request, Set<String> ignored) {
        var first = new FirstFailure(ignored);
        LauncherFactory.create().execute(request, first);
        return first.passed;
    }

    private static void tell(String line) {
        System.out.println(line);
        System.out.flush();
        // Why: what a failed test has left behind must not be waited for.
        Runtime.getRuntime().halt(0);
    }

    private static final class FirstFailure implements TestExecutionListener {
        private final Set<String> ignored;
        private int passed;

        private FirstFailure(Set<String> ignored) {
            this.ignored = ignored;
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (ignored.contains(test.getUniqueId())) return;
            if (result.getStatus() == TestExecutionResult.Status.FAILED) {
                result.getThrowable().ifPresent(why -> why.printStackTrace());
                // Why: an engine that finds no tests has not run any.
                if (test.getParentId().isEmpty()) tell("FAILED");
                tell("CAUGHT\t" + name(test) + "\t" + test.getUniqueId() + "\t" + passed);
            }
            if (test.isTest()) passed++;
        }

        private static String name(TestIdentifier test) {
            String id = test.getUniqueId();
            String type = id.replaceAll(".*\\[class(?:-template)?:([^\\]]*)\\].*", "$1");
            String method = id.replaceAll(".*\\[(?:method|test-template):([^(\\]]*)[(\\]].*", "$1");
            return type.substring(type.lastIndexOf('.') + 1) + (method.equals(id) ? "" : "." + method);
        }
    }
}
