package dev.weir.memory.block;

/// The account on which blocks are booked, so that reports can name the holder: a connection.
///
/// **Threads:** thread-safe; what it answers never changes.
public interface Account {
    /// Its number, never reused in a process.
    long id();

    /// Its side and place in words.
    String label();
}
