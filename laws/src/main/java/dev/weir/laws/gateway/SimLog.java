package dev.weir.laws.gateway;

import dev.weir.gateway.log.LogTarget;
import dev.weir.laws.http.Bodies;
import dev.weir.loop.Parking;
import dev.weir.testing.sim.World;
import dev.weir.testing.sim.seed.Fault;
import dev.weir.time.Deadline;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/// A simulated disk for the access log: full, slow, or taking only part of a write. It remembers which requests
/// have a complete line.
final class SimLog implements LogTarget {
    private static final String PATH = "\"path\":\"/";
    private static final int HANGING_MILLIS_MAX = 3000;

    private final World world;
    private final Parking parking;
    private final StringBuilder written = new StringBuilder();

    SimLog(World world) {
        this.world = world;
        this.parking = new Parking(world.clock(), world.threads());
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        if (world.faults().strikes(Fault.DISK_HANGS)) hang();
        int count = bytes.remaining();
        if (count > 1 && world.faults().strikes(Fault.DISK_SHORT)) {
            count = 1 + world.faults().below(count - 1);
        }
        if (world.faults().strikes(Fault.DISK_FULL)) throw new IOException("No space left on device");
        world.trace().note("log", count, bytes.remaining());
        var taken = new byte[count];
        bytes.get(taken);
        written.append(new String(taken, StandardCharsets.ISO_8859_1));
    }

    private void hang() throws InterruptedIOException {
        var time = Duration.ofMillis(1 + world.faults().below(HANGING_MILLIS_MAX));
        try {
            boolean never = parking.awaitUntil(() -> false, Deadline.in(world.clock(), time));
            assert !never : "nothing ends it but time";
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the disk was waited for");
        }
    }

    @Override
    public void reopen() {}

    @Override
    public void close() {}

    /// How many whole lines each request has, by its token.
    Map<String, Integer> lines() {
        var lines = new TreeMap<String, Integer>();
        written.toString().lines().forEach(line -> {
            int at = line.indexOf(PATH);
            if (at < 0 || !line.startsWith("{") || !line.endsWith("}")) return;
            int from = at + PATH.length();
            lines.merge(line.substring(from, from + Bodies.TOKEN_LETTERS), 1, Integer::sum);
        });
        return lines;
    }
}
