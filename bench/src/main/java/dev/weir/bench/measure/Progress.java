package dev.weir.bench.measure;

import java.io.Console;
import java.util.Optional;

/// One line on the terminal that says how far a bench is; nothing where there is no terminal.
public final class Progress {
    private static final boolean SHOWN =
            Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);

    private Progress() {}

    /// Replaces the line.
    public static void tell(String what) {
        if (SHOWN) System.err.print("\r\033[K" + what);
    }

    /// Takes the line away.
    public static void end() {
        if (SHOWN) System.err.print("\r\033[K");
    }
}
