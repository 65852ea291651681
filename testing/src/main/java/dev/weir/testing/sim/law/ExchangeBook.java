package dev.weir.testing.sim.law;

import dev.weir.testing.sim.seed.Conditions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The record of exchanges: each has an unguessable token and ends in exactly one outcome; a reply must carry
/// the token of the exchange that reads it.
///
/// **Threads:** confined to its conditions.
/// **Fails:** [dev.weir.testing.sim.seed.LawBroken] for a second outcome (I-6) and for a reply of another
/// exchange (I-7).
public final class ExchangeBook {
    private static final int INDEX_BITS = 20;

    private final Conditions conditions;
    private final List<Page> pages = new ArrayList<>();
    private int pending;

    /// How an exchange ended.
    public enum Outcome {
        /// With the whole reply.
        REPLIED,
        /// With an error that says why there is no reply.
        REFUSED,
        /// With an end that cannot be mistaken for a reply.
        BROKEN,
        /// Cancelled by its client.
        GIVEN_UP
    }

    /// One exchange.
    public static final class Page {
        private final long token;
        private final int sightingsMax;
        private @Nullable Outcome outcome;
        private int sightings;

        private Page(long token, int sightingsMax) {
            this.token = token;
            this.sightingsMax = sightingsMax;
        }

        /// The token that its request carries and its reply must echo.
        public long token() {
            return token;
        }

        /// How it ended; null while it is pending.
        public @Nullable Outcome outcome() {
            return outcome;
        }
    }

    /// An empty record.
    public ExchangeBook(Conditions conditions) {
        this.conditions = conditions;
    }

    /// Begins an exchange.
    ///
    /// @param sightingsMax how often its request may reach an origin: 1 when it must not be sent twice
    public Page begin(int sightingsMax) {
        long token = (conditions.chance().next() << INDEX_BITS) | pages.size();
        var page = new Page(token, sightingsMax);
        pages.add(page);
        pending++;
        conditions.trace().note("exchange", pages.size() - 1, token);
        return page;
    }

    /// Ends an exchange.
    public void end(Page page, Outcome outcome) {
        if (page.outcome != null) {
            throw conditions.broken("I-6", "an exchange that was " + page.outcome + " is now " + outcome);
        }
        page.outcome = outcome;
        pending--;
        conditions.trace().note("outcome", page.token, outcome.ordinal());
    }

    /// Ends an exchange with a reply that carries `token`.
    public void reply(Page page, long token) {
        if (token != page.token) {
            throw conditions.broken(
                    "I-7", "exchange " + index(page.token) + " was given the reply of " + Long.toHexString(token));
        }
        end(page, Outcome.REPLIED);
    }

    /// An origin has seen a request with `token`.
    public void seen(long token) {
        int index = index(token);
        if (index >= pages.size() || pages.get(index).token != token) {
            throw conditions.broken("I-7", "an origin received an unknown token: " + Long.toHexString(token));
        }
        Page page = pages.get(index);
        if (++page.sightings > page.sightingsMax) {
            throw conditions.broken("I-6", "exchange " + index + " was sent to origins " + page.sightings + " times");
        }
    }

    /// How many have begun.
    public int begun() {
        return pages.size();
    }

    /// How many have begun and not ended.
    public int pending() {
        return pending;
    }

    /// How many ended in `outcome`.
    public int count(Outcome outcome) {
        int count = 0;
        for (Page page : pages) {
            if (page.outcome == outcome) count++;
        }
        return count;
    }

    /// The tokens of those that ended in `outcome`.
    public List<Long> tokens(Outcome outcome) {
        var tokens = new ArrayList<Long>();
        for (Page page : pages) {
            if (page.outcome == outcome) tokens.add(page.token);
        }
        return tokens;
    }

    private static int index(long token) {
        return (int) token & ((1 << INDEX_BITS) - 1);
    }
}
