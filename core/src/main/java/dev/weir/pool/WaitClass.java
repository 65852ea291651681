package dev.weir.pool;

/// How long a lease may be expected to hold a connection: each class has a queue of its own.
enum WaitClass {
    /// Nothing is known against it.
    PROMPT,
    /// A client of its address held a connection for so long, a little while ago, that it had to give way.
    SLOW,
    /// Its request trickles in.
    TRICKLING,
    /// Its client has ended its side, and may have left: it is next when nobody else is.
    LEFT;

    static final int COUNT = values().length;
}
