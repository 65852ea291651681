package dev.weir.memory;

import dev.weir.explorer.Scene;
import dev.weir.explorer.Steps;
import dev.weir.loop.SteppedLoop;
import org.jspecify.annotations.Nullable;

/// Loops that each assemble a message in one small share.
///
/// A loop does what its script says. Where it needs a block and has none it waits for its mailbox; one that
/// nobody tells leaves it waiting for ever, which the explorer tells.
///
/// Words of a script: `b` begins, without a block; `f` begins with a block that it has read; `g` needs one more
/// block, which the pool has; `d` needs one which the pool does not have at first; `n` and `x` are the same for
/// who has no time to wait when it must stop; `w` is whole, `r` gives one block back, `e` ends; `h` holds
/// what it has until somebody has ended.
final class AssemblyScene implements Scene {
    private final AssemblyShare share;
    private final long blocksMax;
    private final String[] scripts;
    private final SteppedLoop[] homes;
    private final Message[] messages;
    private int waiting;
    private int ended;
    private @Nullable String wrong;

    /// Makes the share and the loops.
    ///
    /// @param text `blocks younger script script ...`, such as `3|1|b g g w e|b g e`
    AssemblyScene(String text) {
        String[] parts = text.split("\\|", -1);
        int counted = Integer.parseInt(parts[0]);
        // Why: what was read already is counted whatever there is.
        blocksMax = counted + text.chars().filter(word -> word == 'f').count();
        share = AssemblyShare.sized(counted, Integer.parseInt(parts[1]));
        scripts = new String[parts.length - 2];
        homes = new SteppedLoop[scripts.length];
        messages = new Message[scripts.length];
        for (int loop = 0; loop < scripts.length; loop++) {
            scripts[loop] = parts[loop + 2].trim();
            homes[loop] = new SteppedLoop();
            messages[loop] = new Message(homes[loop], loop);
        }
    }

    @Override
    public int threads() {
        return scripts.length;
    }

    @Override
    public void run(int loop) {
        Message message = messages[loop];
        for (String word : scripts[loop].split(" ", -1)) {
            message.obey(word.charAt(0));
            Steps.pause();
        }
        // Why: a call that came too late must find nothing to do.
        homes[loop].close();
    }

    @Override
    @SuppressWarnings("GuardedBy") // Why: no thread runs now.
    public @Nullable String complaint() {
        if (wrong != null) return wrong;
        if (share.used > blocksMax) return share.used + " blocks are counted of " + blocksMax;
        return waiting > 1 ? waiting + " wait for memory at once" : null;
    }

    @Override
    public @Nullable String complaintAtEnd() {
        if (share.blocksUsed() != 0) return share.blocksUsed() + " blocks are counted when all have ended";
        return share.stopped() == 0 ? null : "somebody has stopped when all have ended";
    }

    @Override
    public String end() {
        var text = new StringBuilder();
        for (Message one : messages) text.append(one.told).append(' ');
        return text.toString();
    }

    /// One connection's.
    private final class Message extends Assembly {
        private final SteppedLoop home;
        private final int number;
        private boolean isStopped;
        private boolean hasBegun;
        int told;

        Message(SteppedLoop home, int number) {
            super(share, home);
            this.home = home;
            this.number = number;
        }

        void obey(char word) {
            switch (word) {
                case 'b', 'f' -> {
                    hasBegun = true;
                    begin(word == 'f' ? 1 : 0);
                }
                case 'g' -> grow(true, true);
                case 'd' -> grow(false, true);
                case 'n' -> grow(true, false);
                case 'x' -> grow(false, false);
                case 'w' -> whole();
                case 'r' -> returned();
                case 'e' -> {
                    hasBegun = false;
                    isStopped = false;
                    end();
                    Steps.write(AssemblyScene.this, "ended");
                    ended++;
                }
                case 'h' -> Steps.await(AssemblyScene.this, "ended", () -> ended > 0);
                default -> throw new IllegalArgumentException("no such word: " + word);
            }
        }

        private void grow(boolean hasPoolOne, boolean stays) {
            if (mayGrow()) {
                if (hasPoolOne) return;
                if (mayWait()) {
                    waitForMemory();
                    return;
                }
            }
            isStopped = true;
            while (stays && isStopped) home.awaitOne();
        }

        private void waitForMemory() {
            waiting++;
            Steps.pause();
            waiting--;
            waited();
        }

        @Override
        protected void resume() {
            told++;
            if (!hasBegun || !isStopped) wrong = "message " + number + " was told to go on, and had not stopped";
            isStopped = false;
            waitForMemory();
        }
    }
}
