package dev.weir.walk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Proves that docs/walk.md leads the way that a request takes: one is sent through a gateway whose classes tell of
/// each method that is entered. Its figures are written down for the last lines of `./weir test`.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class WalkTest {
    private static final Path PAGE = Path.of("..", "docs", "walk.md");

    private static Trace trace;
    private static String page;

    @BeforeAll
    static void walk() throws Exception {
        trace = Trace.record();
        page = Files.readString(PAGE);
    }

    @Test
    void aRequestTakesTheDocumentedStepsInOrder() {
        assertThat(new Walk(page).complaints(trace)).isEmpty();
    }

    @Test
    void theFiguresAreWrittenDown() throws IOException {
        Files.write(Files.createDirectories(Path.of("target")).resolve("walk.txt"), trace.report());

        assertThat(trace.report()).singleElement().asString().matches("one request enters \\d{2,} files .*");
        assertThat(trace.enters("dev.weir.gateway.forward.Forwarder")).isTrue();
        assertThat(trace.enters("dev.weir.gateway.tcp.TcpServer")).isFalse();
    }

    @Test
    void aStepThatIsNeverEnteredIsFound() {
        String other = page.replaceFirst("Forwarder\\.handle`", "Forwarder.carry`");

        assertThat(new Walk(other).complaints(trace))
                .singleElement()
                .asString()
                .endsWith("is never entered: dev.weir.gateway.forward.Forwarder.carry");
    }

    @Test
    void aStepThatGoesBackIsFound() {
        String back =
                page + "20. [`AcceptGate.accepted`](../core/src/main/java/dev/weir/server/AcceptGate.java): Back.\n";

        assertThat(new Walk(back).complaints(trace))
                .anyMatch(one -> one.endsWith("goes back: dev.weir.server.AcceptGate.accepted"));
    }

    @Test
    void aStepOfTwoSentencesIsFound() {
        String two = page.replaceFirst("AcceptGate\\.java\\): ", "AcceptGate.java): Comes. ");

        assertThat(new Walk(two).complaints(trace)).singleElement().asString().contains("with one sentence: ");
    }

    @Test
    void aPackageThatThePageDoesNotNameIsFound() {
        String silent = page.replace("dev.weir.memory.wait", "").replace("dev/weir/memory/wait/", "");

        assertThat(new Walk(silent).complaints(trace))
                .containsExactly("the request passes through dev.weir.memory.wait, which the page does not name");
    }
}
