package dev.weir.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.house.House.Source;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Proves what linters do not look at: lengths, reasons beside exceptions to rules, who catches everything.
/// It parses the sources. The numbers are tripwires: `Why: long file`, `Why: long` and `Why: wide`, each
/// with a reason, step over them.
final class SourcesTest {
    /// Who may catch everything, because what comes through is not theirs: an error there ends one
    /// connection, not the loop.
    private static final List<String> BOUNDARIES = List.of(
            // what a conversation throws ends its connection
            "dev/weir/connection/Connection.java",
            // what a task throws ends nothing but the task
            "dev/weir/loop/EventLoop.java",
            // logging that fails is not worth a second failure
            "dev/weir/loop/FailureLog.java",
            // the last steps of a loop that failed are made, whatever throws
            "dev/weir/loop/LoopGroup.java",
            // a look that fails must not end the thread that looks at all loops
            "dev/weir/loop/LoopWatchdog.java",
            // what a handler throws ends its exchange: on the loop, and on a thread of its own
            "dev/weir/http/server/RequestReading.java",
            "dev/weir/http/blocking/BlockingExchange.java",
            // what breaks while the loop sends another thread's answer ends its exchange
            "dev/weir/http/server/HttpExchange.java",
            // what breaks while one name is looked up must not end the thread that looks all up
            "dev/weir/gateway/forward/LookupThread.java");

    @Test
    void sourcesAreTidy() {
        assertThat(SourceScan.complaints(House.mainSources(House.ALL), BOUNDARIES))
                .isEmpty();
    }

    @Test
    void testsAreTidy() {
        var sources = House.testSources(House.ALL).stream()
                .filter(source -> !source.path().contains("/planted/")
                        && !source.path().contains("dev/weir/house/SourceScan.java")
                        && !source.path().contains("dev/weir/house/SourcesTest.java"))
                .toList();
        // Why: a test may catch everything, to tell it.
        assertThat(SourceScan.complaints(sources, List.of(".java"))).isEmpty();
    }

    @Test
    void whatIsUntidyIsFound() {
        assertThat(scan("// TODO later")).singleElement().asString().contains("issue");
        assertThat(scan("// TODO #12 later")).isEmpty();
        assertThat(scan("@SuppressWarnings(\"x\") int a;"))
                .singleElement()
                .asString()
                .contains("Why:");
        assertThat(scan("// Why: a reason\n@SuppressWarnings(\"x\") int a;")).isEmpty();
        assertThat(scan("void f() { try { f(); } catch (Throwable t) { } }"))
                .singleElement()
                .asString()
                .contains("catches");
        assertThat(scan("void f(int a, int b, int c, int d, int e, int f, int g, int h) {}"))
                .singleElement()
                .asString()
                .contains("record");
        assertThat(scan("void f() {\n" + "f();\n".repeat(79) + "}"))
                .singleElement()
                .asString()
                .contains("81 lines");
        assertThat(scan("// Why: long\nvoid f() {\n" + "f();\n".repeat(79) + "}"))
                .isEmpty();
        assertThat(scan("int a;\n".repeat(801))).anyMatch(complaint -> complaint.contains("more than 800"));
    }

    private static List<String> scan(String members) {
        return SourceScan.complaints(
                List.of(new Source("X.java", "class X {\n" + members + "\n}")), List.of("Main.java"));
    }
}
