package dev.weir.gateway.forward;

import dev.weir.gateway.config.Upstream;
import dev.weir.loop.EventLoop;
import dev.weir.loop.FailureLog;
import dev.weir.loop.Mailbox;
import dev.weir.pool.Origin;
import dev.weir.pool.PoolCount;
import dev.weir.pool.exclusive.ConnectionCache;
import dev.weir.time.Timer;
import dev.weir.transport.Endpoint;
import dev.weir.transport.TransportException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The addresses of one upstream's origins. Names are looked up when the upstream opens, and again while it runs.
///
/// **Owns:** a timer on one loop, until [#end].
/// **Threads:** confined to that loop once it has begun; [#unknown] is for any thread.
/// **Limits:** one lookup of each name at a time, and a second at least from one to the next.
/// **Fails:** a name that no longer resolves keeps the addresses it had.
/// **Source:** ADR 30.
final class OriginNames {
    private static final FailureLog LOG = FailureLog.of(OriginNames.class);
    private static final long LOOK_NANOS = 1_000_000_000L;

    private final Upstream upstream;
    private final NameResolution resolving;
    private final List<Name> names = new ArrayList<>();
    private final Timer timer = new Timer(this::look);
    private final Runnable ending = this::end;
    private @Nullable ConnectionCache cache;
    private @Nullable EventLoop loop;
    private long failuresSeen;
    private boolean isClosed;
    private volatile String unknown = "";

    /// One configured origin and its addresses.
    private final class Name {
        private final Endpoint address;
        private final Mailbox.Node answered = new Mailbox.Node(this::answered);
        private List<Endpoint> found = List.of();
        private boolean isAsked;
        private boolean isTold; // that it cannot be resolved was reported
        private int tooMany; // addresses beyond the charged number
        private long askedNanos;
        private volatile @Nullable Object answer; // a list, or an exception

        Name(Endpoint address) {
            this.address = address;
        }

        /// The result of the resolver: a list, or an exception.
        private Object ask() {
            if (!address.isName()) return List.of(address);
            try {
                return resolving.lookup().lookUp(address.host(), address.port());
            } catch (TransportException refused) {
                return refused;
            } catch (RuntimeException failure) { // Why: code of others; the waiting loop must get an answer.
                LOG.error(address, "a name could not be looked up", failure);
                return new TransportException("the name " + address.host() + " could not be looked up", failure);
            }
        }

        private void askOnExecutor(EventLoop here) {
            askedNanos = here.nowNanos();
            resolving.executor().execute(() -> askAndPost(here));
            // Why: only now, because a lookup that could not be started is tried again.
            isAsked = true;
        }

        private void askAndPost(EventLoop here) {
            answer = null; // Why: an Error leaves no answer, and the name is looked up again.
            try {
                answer = ask();
            } finally {
                // Why: a closed loop needs no addresses.
                boolean _ = here.post(answered);
            }
        }

        private void answered() {
            isAsked = false;
            Object told = answer;
            if (isClosed || told == null) return;
            take(told);
            apply();
        }

        /// Keeps the previous addresses that are still valid first, so that the used addresses of a name with
        /// many do not alternate.
        @SuppressWarnings("unchecked") // Why: see above.
        private void take(Object told) {
            if (told instanceof TransportException refused) {
                if (!isTold) complain(refused);
                isTold = true;
                return;
            }
            var all = (List<? extends Endpoint>) told;
            var now = new ArrayList<Endpoint>();
            for (Endpoint one : found) if (all.contains(one)) now.add(one);
            for (Endpoint one : all) if (!now.contains(one)) now.add(one);
            int most = upstream.placesOf(address);
            int more = Math.max(0, now.size() - most);
            if (more != tooMany && more > 0) {
                tell(address.host() + " has " + now.size() + " addresses, of which " + most + " are used");
            }
            tooMany = more;
            List<Endpoint> kept = List.copyOf(now.subList(0, now.size() - more));
            boolean isNews = !found.isEmpty() && !(kept.containsAll(found) && found.containsAll(kept));
            if (isNews || isTold) tell(address.host() + " is " + text(kept));
            isTold = false;
            found = kept;
        }

        private void complain(TransportException refused) {
            String rest = found.isEmpty()
                    ? "; until it is, this origin is left out"
                    : "; its addresses stay as they were: " + text(found);
            tell(refused.getMessage() + rest);
        }
    }

    OriginNames(Upstream upstream, NameResolution resolving) {
        this.upstream = upstream;
        this.resolving = resolving;
        for (Endpoint address : upstream.origins()) names.add(new Name(address));
    }

    private static String text(List<Endpoint> addresses) {
        return addresses.stream().map(Endpoint::host).collect(Collectors.joining(", "));
    }

    private void tell(String what) {
        resolving.tell().accept("upstream " + upstream.name() + ": " + what);
    }

    /// Looks all names up and waits for the results; names that do not resolve are reported.
    List<Origin.Address> lookUpNow() {
        for (Name name : names) name.take(name.ask());
        return addresses();
    }

    private List<Origin.Address> addresses() {
        Map<Endpoint, Origin.Address> all = new LinkedHashMap<>();
        String missing = "";
        for (Name name : names) {
            for (Endpoint one : name.found) {
                String text = name.address.isName() ? one.toString() : name.address.toString();
                all.putIfAbsent(one, new Origin.Address(one, text, name.address.toString()));
            }
            if (name.found.isEmpty()) missing = "the name " + name.address.host() + " is not known here";
        }
        unknown = missing;
        return List.copyOf(all.values());
    }

    /// Why an origin has no address; empty when each has one.
    String unknown() {
        return unknown;
    }

    /// Keeps the origins of `served` up to date from now on.
    void begin(ConnectionCache served, EventLoop here) {
        cache = served;
        loop = here;
        for (Name name : names) name.askedNanos = here.nowNanos();
        here.atClose(ending);
        here.schedule(timer, LOOK_NANOS);
    }

    private void look() {
        ConnectionCache served = cache;
        EventLoop here = loop;
        if (served == null || here == null || isClosed) return;
        here.schedule(timer, LOOK_NANOS);
        long failures = served.count(PoolCount.CONNECT_FAILED) + served.count(PoolCount.CONNECT_TIMED_OUT);
        boolean soon = failures != failuresSeen;
        failuresSeen = failures;
        long every = upstream.resolve().every().toNanos();
        for (Name name : names) {
            if (!name.address.isName() || name.isAsked) continue;
            boolean due = here.nowNanos() - name.askedNanos >= every;
            if (due || soon || name.found.isEmpty()) name.askOnExecutor(here);
        }
    }

    private void apply() {
        if (cache == null) return;
        // Why: each name has at most as many addresses as charged places, so that none is left out.
        List<Origin.Address> _ = cache.replaceOrigins(addresses());
    }

    /// Called on its loop, or after that has ended.
    void end() {
        EventLoop here = loop;
        if (isClosed || here == null) return;
        isClosed = true;
        here.wheel().cancel(timer);
        here.cancelAtClose(ending);
    }
}
