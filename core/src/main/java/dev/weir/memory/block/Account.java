package dev.weir.memory.block;

/// On whom blocks are booked, so that people can be told who holds memory: a connection.
///
/// **Threads:** thread-safe; what it answers never changes.
public interface Account {
    /// Its number, never reused in a process.
    long id();

    /// Its side and place in words.
    String label();
}
