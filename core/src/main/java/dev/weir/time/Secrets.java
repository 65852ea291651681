package dev.weir.time;

import java.security.SecureRandom;

/// Numbers that cannot be guessed, and that no other program has by chance: for the seeds of hash tables and of
/// ids, for names, masks and keys. What decides nothing that must not be guessed draws from a [Chance].
///
/// In a world with a clock of its own they follow from its time, so that a replay has the same again.
///
/// **Threads:** thread-safe.
/// **Waits:** never, but at the first call of the program for the system to have any randomness.
/// **Source:** the JDK's `SecureRandom`, on Linux the kernel's.
public final class Secrets {
    private Secrets() {}

    /// The next number.
    ///
    /// @param clock the clock that is used where the number is used; of the machine's clock none can be guessed
    public static long next(Clock clock) {
        if (clock == Clock.system()) return Machine.RANDOM.nextLong();
        return Chance.mixed(clock.epochMillis() ^ clock.nanoTime());
    }

    /// Opened with the first number: a simulation never needs it.
    private static final class Machine {
        static final SecureRandom RANDOM = new SecureRandom();
    }
}
