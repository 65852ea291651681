package dev.weir.laws.http;

import dev.weir.http.server.Answer;
import dev.weir.http.server.LoopHandler;
import dev.weir.http.server.ServerExchange;
import dev.weir.loop.LoopGroup;
import dev.weir.testing.sim.World;
import dev.weir.testing.sim.seed.Fault;
import dev.weir.testing.sim.seed.PlannedFailure;
import dev.weir.time.Deadline;
import java.time.Duration;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// A loop handler that lets other threads answer, each with the token of its own request. They answer late,
/// twice, or for an exchange that has ended, and use what is the loop's.
final class Workers implements LoopHandler {
    private static final int FILLER_MAX = 6000;
    private static final int SMALL_MAX = 60;
    private static final int LATE_MILLIS_MAX = 4000;
    private static final int HANGING_MILLIS_MAX = 60_000;

    private final World world;
    private final LoopGroup group;
    private @Nullable ServerExchange old; // one that was answered, or has ended

    Workers(World world, LoopGroup group) {
        this.world = world;
        this.group = group;
    }

    @Override
    public void handle(ServerExchange exchange) {
        String token = exchange.target().substring(1);
        world.exchanges().seen(HexFormat.fromHexDigitsToLong(token));
        exchange.forgetHead();
        boolean isAnswered = below(4) == 0;
        if (isAnswered) exchange.answer(answer(token));
        // Why: a thread that is given an exchange with its answer must be refused, whoever is served next.
        if (isAnswered && !world.faults().strikes(Fault.HANDLER_OVERSTEPS)) return;
        group.threads().virtual("worker of " + token, () -> work(exchange, token, isAnswered));
        if (world.faults().strikes(Fault.HANDLER_THROWS)) throw new PlannedFailure("after a thread was started");
    }

    private int below(int bound) {
        return world.chance().below(bound);
    }

    private Answer answer(String token) {
        String body = Bodies.of(token, below(below(6) == 0 ? FILLER_MAX : SMALL_MAX));
        return Answer.of(200, HttpClient.typeOf(token), Bodies.bytes(body));
    }

    // ---- on a thread of its own

    private void work(ServerExchange exchange, String token, boolean isAnswered) {
        try {
            if (world.faults().strikes(Fault.HANDLER_HANGS)) rest(HANGING_MILLIS_MAX);
            else if (below(3) > 0) rest(LATE_MILLIS_MAX);
        } catch (InterruptedException closing) {
            world.trace().note("worker ends", 0, 0);
        }
        if (world.faults().strikes(Fault.HANDLER_OVERSTEPS)) useWhatIsTheLoops(exchange);
        if (world.faults().strikes(Fault.HANDLER_OVERSTEPS)) answerOld(exchange);
        boolean isTaken = tryAnswer(exchange, answer(token));
        if (isTaken && isAnswered) throw world.broken("W-03", "an exchange was answered on its loop and elsewhere");
        if (world.faults().strikes(Fault.HANDLER_OVERSTEPS) && tryAnswer(exchange, answer(token))) {
            throw world.broken("W-03", "a thread has answered twice, and was not refused");
        }
        old = exchange;
    }

    private void rest(int millisMax) throws InterruptedException {
        var until = Deadline.in(world.clock(), Duration.ofMillis(1 + below(millisMax)));
        boolean never = group.parking().awaitUntil(() -> false, until);
        assert !never : "nothing ends it but time";
    }

    /// Whether the answer was taken.
    private boolean tryAnswer(ServerExchange exchange, Answer answer) {
        try {
            exchange.answer(answer);
            return true;
        } catch (IllegalStateException answeredOrEnded) {
            world.trace().note("refused", 0, 0);
            return false;
        }
    }

    private void useWhatIsTheLoops(ServerExchange exchange) {
        try {
            exchange.client();
        } catch (IllegalStateException refused) {
            String words = String.valueOf(refused.getMessage());
            if (words.startsWith("used on thread worker of ")) return;
        }
        throw world.broken("threads", "a foreign thread was given what is confined to a loop");
    }

    private void answerOld(ServerExchange own) {
        ServerExchange ended = old;
        if (ended == null || ended == own || !tryAnswer(ended, Answer.text(200, "late"))) return;
        throw world.broken("W-03", "an exchange was answered after its end, and the thread was not refused");
    }
}
