package dev.weir.loop;

import java.util.ArrayList;
import java.util.List;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Test;

/// Proves that a mailbox is linearizable: two threads post a node each while the loop runs one at a time and
/// closes, and every answer is one that whole calls in some order would give.
public class MailboxLincheckTest {
    private final Mailbox mailbox = new Mailbox();
    private final List<String> ran = new ArrayList<>();
    private final Mailbox.Node ofA = new Mailbox.Node(() -> ran.add("a"));
    private final Mailbox.Node ofB = new Mailbox.Node(() -> ran.add("b"));

    @Test
    void everyInterleavingIsLinearizable() {
        new ModelCheckingOptions()
                .threads(3)
                .iterations(8)
                .invocationsPerIteration(300)
                .actorsBefore(2)
                .actorsPerThread(2)
                .actorsAfter(3)
                .check(MailboxLincheckTest.class);
    }

    @Operation(nonParallelGroup = "a")
    public boolean postA() {
        return mailbox.offer(ofA);
    }

    @Operation(nonParallelGroup = "b")
    public boolean postB() {
        return mailbox.offer(ofB);
    }

    @Operation(nonParallelGroup = "loop")
    public String runOne() {
        mailbox.drain(1);
        String what = String.join(" ", ran);
        ran.clear();
        return what;
    }

    @Operation(nonParallelGroup = "loop")
    public void close() {
        mailbox.close();
    }
}
