package dev.weir.bench;

/// What the clients of a crowd do.
enum CrowdBehaviour {
    READERS("readers", "Slow readers", "ask for 50 MiB each and read 1 KiB a second"),
    UPLOADS("uploads", "Slow uploads", "announce a body of 50 MiB each and send 1 KiB of it a second"),
    TRICKLE("trickle", "Trickling uploads", "announce a body of 50 MiB each and send one byte of it a second"),
    BYTES("bytes", "One-byte senders", "send one byte a second each, of a head that never ends"),
    STALLED(
            "stalled",
            "A stalled origin",
            "ask for what the origin begins and never ends: 64 KiB of the 1 MiB that it announced; they read whatever comes");

    private final String word;
    private final String title;
    private final String does;

    CrowdBehaviour(String word, String title, String does) {
        this.word = word;
        this.title = title;
        this.does = does;
    }

    /// What the command line and the crowd's program call it.
    String word() {
        return word;
    }

    String title() {
        return title;
    }

    /// What each of the clients does, in words.
    String does() {
        return does;
    }
}
