package dev.weir.house.planted;

import com.sun.net.httpserver.HttpExchange;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.SlabPlan;
import dev.weir.time.Chance;
import dev.weir.time.Clock;
import dev.weir.time.Secrets;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongSupplier;

/// Goes around every door: one method each, named after it.
public final class Doorless {
    private Doorless() {}

    static long time() {
        LongSupplier hidden = System::nanoTime;
        return hidden.getAsLong();
    }

    static int chance() {
        return new SplittableRandom().nextInt();
    }

    static long draws() {
        return new Chance(1).next();
    }

    static long secrets() {
        return Secrets.next(Clock.system());
    }

    static String jdkserver(HttpExchange exchange) {
        return exchange.getRequestMethod();
    }

    static void sleep() throws InterruptedException {
        Thread.sleep(1);
    }

    static Thread threads() {
        return Thread.ofVirtual().unstarted(() -> {});
    }

    static void waits(CountDownLatch latch) throws InterruptedException {
        latch.await();
    }

    static void sockets() throws IOException {
        new Socket().close();
    }

    static int socketaddresses(InetSocketAddress address) {
        return address.getPort();
    }

    static void foreignmemory() {
        try (var arena = Arena.ofConfined()) {
            assert arena.scope().isAlive();
        }
    }

    static int memoryparts() {
        return new SlabPlan(BlockSize.NORMAL.bytes(), 1, 0).slabs();
    }

    static void signals() {
        Runtime.getRuntime().halt(1);
    }

    static void output() {
        System.out.println();
    }

    static void stacktraces(RuntimeException failure) {
        failure.printStackTrace();
    }
}
