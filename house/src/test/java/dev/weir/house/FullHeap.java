package dev.weir.house;

import java.util.ArrayList;
import java.util.List;

/// Takes all memory on a thread of its own, and goes on when there is none: a program for tests.
final class FullHeap {
    private static final int BYTES = 1 << 20;
    private static final int ROUNDS_MAX = 10_000;

    private FullHeap() {}

    /// Ends with status 0 although there was no memory, unless its JVM ends it.
    public static void main(String[] arguments) throws InterruptedException {
        Thread taking = Thread.ofPlatform().start(FullHeap::take);
        taking.join();
        System.exit(0);
    }

    private static void take() {
        List<byte[]> kept = new ArrayList<>();
        try {
            for (int i = 0; i < ROUNDS_MAX; i++) kept.add(new byte[BYTES]);
        } catch (OutOfMemoryError full) {
            int blocks = kept.size();
            kept.clear();
            System.out.println("there was no memory after " + blocks + " MiB");
        }
    }
}
