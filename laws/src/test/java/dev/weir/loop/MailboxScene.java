package dev.weir.loop;

import dev.weir.explorer.Scene;
import dev.weir.explorer.Steps;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Threads that post nodes to one mailbox while its loop runs some, closes it, and runs the rest.
///
/// A text such as `0 1|1 0|d x d`: each thread but the last posts the nodes of these numbers; the last is the loop,
/// where `d` runs one task and `x` closes. At its end the loop closes and runs everything.
final class MailboxScene implements Scene {
    private final Mailbox mailbox = new Mailbox();
    private final String[][] scripts;
    private final List<Letter> letters = new ArrayList<>();
    private int now;
    private @Nullable String wrong;

    MailboxScene(String text) {
        String[] parts = text.split("\\|", -1);
        scripts = new String[parts.length][];
        for (int i = 0; i < parts.length; i++) scripts[i] = parts[i].split(" ", -1);
        for (int i = 0; i < 2; i++) letters.add(new Letter(i));
    }

    @Override
    public int threads() {
        return scripts.length;
    }

    @Override
    public void run(int thread) {
        boolean isLoop = thread == scripts.length - 1;
        for (String word : scripts[thread]) {
            if (word.equals("d")) mailbox.drain(1);
            else if (word.equals("x")) mailbox.close();
            else letters.get(Integer.parseInt(word)).post();
        }
        if (!isLoop) return;
        mailbox.close();
        while (!mailbox.isEmpty()) mailbox.drain(1);
    }

    @Override
    public @Nullable String complaint() {
        return wrong;
    }

    @Override
    public @Nullable String complaintAtEnd() {
        for (Letter letter : letters) {
            if (letter.lastAccepted > letter.lastRun && letter.lastRefused < letter.lastAccepted) {
                return letter + " was accepted and did not run";
            }
            if (letter.ran > letter.accepted) return letter + " ran more often than it was accepted";
        }
        return mailbox.isEmpty() ? null : "something is left in a closed mailbox";
    }

    @Override
    public String end() {
        return letters.toString();
    }

    /// A node and what became of it; moments are numbered.
    private final class Letter {
        private final int number;
        private final Mailbox.Node node;
        private int accepted;
        private int ran;
        private int lastAccepted = -1;
        private int lastRefused = -1;
        private int lastRun = -1;

        Letter(int number) {
            this.number = number;
            this.node = new Mailbox.Node(() -> {
                ran++;
                lastRun = moment();
            });
        }

        void post() {
            int began = moment();
            if (mailbox.offer(node)) {
                accepted++;
                lastAccepted = Math.max(lastAccepted, began);
            } else {
                lastRefused = Math.max(lastRefused, moment());
            }
        }

        /// A step that is seen, because what is right depends on the order of these.
        private int moment() {
            Steps.write(this, "moment");
            return now++;
        }

        @Override
        public String toString() {
            return "node " + number + ": " + accepted + " accepted, " + ran + " ran";
        }
    }
}
