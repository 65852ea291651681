package dev.weir.gateway.metrics;

import dev.weir.connection.Roster;
import dev.weir.loop.Mailbox;
import dev.weir.loop.Parking;
import dev.weir.runtime.Weir;
import dev.weir.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A query that each loop answers from its connections, through its mailbox.
///
/// **Threads:** created and awaited by the asking thread; answered on the loop.
///
/// @param <T> the answer
public final class LoopQuery<T> {
    /// Heap bytes of one query with its task, without the answer, as measured.
    public static final long BYTES = 88;

    private final Thread asking = Thread.currentThread();
    private final Parking parking;
    private volatile @Nullable T answer;

    LoopQuery(Parking parking) {
        this.parking = parking;
    }

    /// Asks all loops at once; a loop that is closed or does not answer in time is left out.
    ///
    /// @param patience how long to wait for all of them
    /// @param question run on each loop; must not keep the roster
    public static <T> List<T> ask(Weir weir, Duration patience, Function<Roster, T> question)
            throws InterruptedException {
        return ask(weir, patience, weir.connections().rosters(), question);
    }

    /// Asks the loops of some rosters; a loop that is closed or does not answer in time is left out.
    ///
    /// @param patience how long to wait for all of them
    /// @param question run on each loop; must not keep the roster
    public static <T> List<T> ask(Weir weir, Duration patience, List<Roster> rosters, Function<Roster, T> question)
            throws InterruptedException {
        var deadline = Deadline.in(weir.group().clock(), patience);
        var asked = new ArrayList<LoopQuery<T>>();
        for (Roster roster : rosters) {
            var one = new LoopQuery<T>(weir.group().parking());
            if (roster.loop().post(one.task(roster, question))) asked.add(one);
        }
        var answers = new ArrayList<T>();
        for (LoopQuery<T> one : asked) {
            T answered = one.await(deadline);
            if (answered != null) answers.add(answered);
        }
        return answers;
    }

    /// The task that runs on the loop.
    Mailbox.Node task(Roster roster, Function<Roster, T> question) {
        return new Mailbox.Node(() -> reply(question.apply(roster)));
    }

    private void reply(T found) {
        answer = found;
        parking.unpark(asking);
    }

    private @Nullable T await(Deadline deadline) throws InterruptedException {
        parking.awaitUntil(() -> answer != null, deadline);
        return answer;
    }
}
