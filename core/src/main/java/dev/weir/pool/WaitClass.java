package dev.weir.pool;

/// The class of a waiter, by how long it may be expected to hold a connection: each class has its own queue.
enum WaitClass {
    /// Nothing suggests that it will be slow.
    PROMPT,
    /// A lease of its client address was ended within the last minute because it held a connection for too long.
    SLOW,
    /// Its request arrives slowly.
    TRICKLING,
    /// Its client has ended its side and may have left: it is served when no other waiter can be.
    LEFT;

    static final int COUNT = values().length;
}
