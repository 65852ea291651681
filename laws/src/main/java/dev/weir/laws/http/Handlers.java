package dev.weir.laws.http;

import dev.weir.http.blocking.BlockingHandler;
import dev.weir.http.blocking.Request;
import dev.weir.http.blocking.Response;
import dev.weir.loop.Parking;
import dev.weir.testing.sim.World;
import dev.weir.testing.sim.seed.Fault;
import dev.weir.testing.sim.seed.PlannedFailure;
import dev.weir.time.Deadline;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// Handlers that answer with the token of their own request, in every way there is, and misbehave in every way but
/// that.
final class Handlers implements BlockingHandler {
    private static final int LARGE_MAX = 60_000;
    private static final int SMALL_MAX = 60;
    private static final int LATE_MILLIS_MAX = 4000;
    private static final int HANGING_MILLIS_MAX = 60_000;

    private final World world;
    private final Parking parking;
    private @Nullable Response kept;

    Handlers(World world, Parking parking) {
        this.world = world;
        this.parking = parking;
    }

    @Override
    public void handle(Request request, Response response) throws Exception {
        String token = request.path().substring(1);
        if (!request.header("X-Token").orElse("").equals(token)) {
            throw world.broken("I-7", "a handler was given the fields of another: " + request.headers());
        }
        world.exchanges().seen(HexFormat.fromHexDigitsToLong(token));
        // Why: others may find it while it is open, or after its end.
        if (below(2) == 0) kept = response;
        if (world.faults().strikes(Fault.HANDLER_THROWS)) throw new PlannedFailure("before the answer");
        if (world.faults().strikes(Fault.HANDLER_HANGS)) rest(HANGING_MILLIS_MAX);
        if (world.faults().strikes(Fault.HANDLER_IS_DEAF, 4)) restDeaf();
        if (below(3) > 0) read(request, token);
        if (below(4) == 0) rest(LATE_MILLIS_MAX);
        if (world.faults().strikes(Fault.HANDLER_OVERSTEPS)) useKept(response);
        answer(token, response);
        if (world.faults().strikes(Fault.HANDLER_OVERSTEPS)) answerAgain(response);
        kept = response;
    }

    private int below(int bound) {
        return world.chance().below(bound);
    }

    private void rest(int millisMax) throws InterruptedException {
        var time = Duration.ofMillis(1 + below(millisMax));
        boolean never = parking.awaitUntil(() -> false, Deadline.in(world.clock(), time));
        if (never) throw world.broken("threads", "a wait for nothing was reported as over");
    }

    private void restDeaf() {
        var until = Deadline.in(world.clock(), Duration.ofMillis(1 + below(HANGING_MILLIS_MAX)));
        while (!until.isPast(world.clock().nanoTime())) {
            try {
                boolean never = parking.awaitUntil(() -> false, until);
                assert !never : "nothing ends it but time";
            } catch (InterruptedException unheard) {
                world.trace().note("unheard", 0, 0);
            }
        }
    }

    /// Reads the body, all of it or a part.
    private void read(Request request, String token) throws IOException {
        var body = new StringBuilder();
        byte[] piece = new byte[1 + below(below(2) == 0 ? LARGE_MAX : SMALL_MAX)];
        boolean all = below(3) > 0;
        for (int left = all ? Integer.MAX_VALUE : below(10); left > 0; left--) {
            int count = request.body().read(piece);
            if (count < 0) {
                requireOwn(body.toString(), token);
                return;
            }
            body.append(new String(piece, 0, count, StandardCharsets.ISO_8859_1));
        }
        if (!body.isEmpty()
                && !Bodies.of(token, LARGE_MAX).startsWith(body.substring(0, Math.min(body.length(), 17)))) {
            throw world.broken("I-7", "request " + token + " came with the beginning of another's body");
        }
    }

    private void requireOwn(String body, String token) {
        if (body.isEmpty() || (Bodies.isWhole(body) && body.startsWith(token))) return;
        throw world.broken("I-7", "request " + token + " came with another's body, or part of it");
    }

    private void answer(String token, Response response) throws IOException {
        int filler = below(below(6) == 0 ? LARGE_MAX : SMALL_MAX);
        byte[] body = Bodies.bytes(Bodies.of(token, filler));
        response.header("X-Token", token);
        switch (below(3)) {
            case 0 -> {
                // Why: a whole answer that was not begun cannot break off.
                if (world.faults().strikes(Fault.HANDLER_THROWS)) throw new PlannedFailure("after the fields");
                response.send(body);
            }
            case 1 -> write(response.body(), body);
            default -> write(response.body(body.length), body);
        }
    }

    private void write(OutputStream out, byte[] body) throws IOException {
        for (int at = 0; at < body.length; ) {
            int count = 1 + below(Math.min(body.length - at, below(2) == 0 ? SMALL_MAX : LARGE_MAX));
            out.write(body, at, count);
            if (below(4) == 0) out.flush();
            at += count;
            if (world.faults().strikes(Fault.HANDLER_BREAKS_OFF)) {
                throw new PlannedFailure("in the middle of an answer");
            }
        }
        out.close();
    }

    private void answerAgain(Response response) throws IOException {
        try {
            response.send("twice");
        } catch (IllegalStateException refused) {
            return;
        }
        throw world.broken("W-03", "a handler answered twice and got no exception");
    }

    /// Answers the exchange of one that has returned.
    private void useKept(Response own) throws IOException {
        Response other = kept;
        if (other == null || other == own) return;
        try {
            other.send(Bodies.bytes("late"));
        } catch (IllegalStateException refused) {
            return;
        }
        throw world.broken("W-03", "a handler answered the exchange of another and got no exception");
    }
}
