package dev.weir.explorer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// One schedule while it is played: threads that stop before each step, and exactly one that runs.
///
/// The thread that stops decides who goes on, so that going on oneself costs no switch.
final class Playing {
    /// What a thread is about to do.
    enum Kind {
        /// To begin, or to go on after a pause: no other thread can tell when.
        START,
        READ,
        WRITE,
        UPDATE,
        LOCK;

        boolean conflicts(Kind other) {
            return this != START && other != START && (this != READ || other != READ);
        }
    }

    /// A step that was made.
    private record Done(int thread, Kind kind, @Nullable Place place) {
        @Override
        public String toString() {
            return thread + " " + name(kind, place);
        }
    }

    /// Ends a thread whose schedule need not be played on.
    private static final class Abandoned extends Error {
        private static final long serialVersionUID = 1;

        Abandoned() {
            super("abandoned", null, false, false);
        }
    }

    private static final int NOBODY = -1;
    private static final int STEPS_MAX = 20_000;

    private final Scene scene;
    private final Choices choices;
    private final Set<String> racyFields;
    private final int count;
    private final Thread[] threads;
    private final Thread driver = Thread.currentThread();
    private final Map<Place.Key, Place> places = new HashMap<>();
    private final Map<Place.Key, Place.Plain> plains = new HashMap<>();
    private final Kind[] nextKind;
    private final @Nullable Place[] nextPlace;
    private final @Nullable BooleanSupplier[] nextReady;
    private final int[][] before;
    private final int[][] seen;
    private final List<Done> story = new ArrayList<>();
    private final int[] own;
    private int live;
    private boolean isMuted;
    private volatile boolean isAbandoned;
    private volatile int running = NOBODY;
    private @Nullable String failure;

    Playing(Scene scene, Choices choices, Set<String> racyFields) {
        this.scene = scene;
        this.choices = choices;
        this.racyFields = racyFields;
        this.count = scene.threads();
        this.threads = new Thread[count];
        this.nextKind = new Kind[count];
        this.nextPlace = new @Nullable Place[count];
        this.nextReady = new @Nullable BooleanSupplier[count];
        this.before = new int[count][count];
        this.seen = new int[count][count];
        this.own = new int[count];
    }

    /// Plays to the end; returns what was wrong, or null.
    @Nullable
    String play() {
        for (int i = 0; i < count; i++) {
            int me = i;
            nextKind[i] = Kind.START;
            seen[i][i] = 1;
            live |= 1 << i;
            threads[i] = Thread.ofVirtual().unstarted(() -> runOne(me));
        }
        Steps.play(this);
        for (Thread thread : threads) thread.start();
        handTo(choose(NOBODY));
        while (running != NOBODY) LockSupport.park(this);
        isAbandoned = true;
        for (Thread thread : threads) {
            LockSupport.unpark(thread);
            join(thread);
        }
        Steps.play(null);
        if (failure == null && live == 0) failure = scene.complaintAtEnd();
        return failure;
    }

    boolean isComplete() {
        return live == 0;
    }

    /// Who did what, one line for each step.
    List<String> story() {
        return story.stream().map(Done::toString).toList();
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException again) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    private void runOne(int me) {
        try {
            awaitTurn(me);
            scene.run(me);
        } catch (Abandoned end) {
            return;
        } catch (Throwable wrong) {
            if (failure == null) failure = text(wrong);
        }
        if (isAbandoned) return;
        live &= ~(1 << me);
        nextPlace[me] = null;
        nextReady[me] = null;
        handTo(choose(NOBODY));
    }

    private static String text(Throwable wrong) {
        var at = wrong.getStackTrace();
        return wrong + (at.length > 0 ? " at " + at[0] : "");
    }

    // ---- what the threads call

    void step(Kind kind, Object base, Object part) {
        if (isMuted) return;
        if (isAbandoned) throw new Abandoned();
        Place place = place(base, part);
        int me = running;
        if (kind == Kind.LOCK && place.holder == me) {
            place.depth++;
            return;
        }
        pass(me, kind, place, null);
        if (kind == Kind.LOCK) {
            place.holder = me;
            place.depth = 1;
        }
    }

    void pause() {
        if (isAbandoned) throw new Abandoned();
        pass(running, Kind.START, null, null);
    }

    void await(Object base, String field, BooleanSupplier ready) {
        if (isAbandoned) throw new Abandoned();
        pass(running, Kind.READ, place(base, field), ready);
    }

    void unlock(Object lock) {
        if (isMuted || isAbandoned) return;
        Place place = place(lock, "lock");
        int me = running;
        if (place.holder != me) throw new IllegalStateException("a lock is let go by who does not hold it");
        if (--place.depth > 0) return;
        place.holder = Place.FREE;
        Place.join(place.writeClock, before[me]);
        Place.join(place.published, seen[me]);
        seen[me][me]++;
    }

    void plain(Object base, String field, boolean isWrite) {
        if (isMuted || isAbandoned) return;
        var key = new Place.Key(base, field);
        Place.Plain plain = plains.get(key);
        if (plain == null) {
            plain = new Place.Plain(count);
            plains.put(key, plain);
        }
        int me = running;
        int[] known = seen[me];
        for (int other = 0; other < count; other++) {
            boolean isRace = plain.written[other] > known[other] || (isWrite && plain.read[other] > known[other]);
            if (other == me || !isRace || racyFields.contains(field)) continue;
            throw new IllegalStateException(
                    "a race: threads " + me + " and " + other + " touch " + key + ", and nothing orders them");
        }
        (isWrite ? plain.written : plain.read)[me] = known[me];
    }

    private Place place(Object base, Object part) {
        var key = new Place.Key(base, part);
        Place place = places.get(key);
        if (place == null) {
            place = new Place(key, count);
            places.put(key, place);
        }
        return place;
    }

    // ---- who goes on

    private void pass(int me, Kind kind, @Nullable Place place, @Nullable BooleanSupplier ready) {
        nextKind[me] = kind;
        nextPlace[me] = place;
        nextReady[me] = ready;
        int next = choose(me);
        if (next != me) {
            handTo(next);
            awaitTurn(me);
        }
    }

    private void handTo(int next) {
        running = next;
        LockSupport.unpark(next == NOBODY ? driver : threads[next]);
    }

    private void awaitTurn(int me) {
        while (running != me && !isAbandoned) LockSupport.park(this);
        if (isAbandoned) throw new Abandoned();
    }

    /// Chooses who makes its next step and enters that step in the books; nobody when the schedule ends here.
    private int choose(int me) {
        if (failure == null) failure = complaint();
        if (failure != null || live == 0) return NOBODY;
        int enabled = enabled();
        if (enabled == 0) {
            failure = "nobody can go on: " + stuck();
            return NOBODY;
        }
        int chosen = choices.choose(enabled, me);
        if (chosen == NOBODY) return NOBODY;
        if (choices.isNew()) lookForRaces(chosen);
        if (choices.depth() > STEPS_MAX) throw new IllegalStateException("a schedule of " + STEPS_MAX + " steps");
        enter(chosen);
        return chosen;
    }

    private @Nullable String complaint() {
        // Why: what only reads leaves everything as it was looked at before.
        if (!story.isEmpty() && story.getLast().kind == Kind.READ) return null;
        isMuted = true;
        try {
            return scene.complaint();
        } finally {
            isMuted = false;
        }
    }

    private int enabled() {
        int enabled = 0;
        isMuted = true;
        for (int thread = 0; thread < count; thread++) {
            if ((live & 1 << thread) != 0 && canGoOn(thread)) enabled |= 1 << thread;
        }
        isMuted = false;
        return enabled;
    }

    private boolean canGoOn(int thread) {
        Place place = nextPlace[thread];
        BooleanSupplier ready = nextReady[thread];
        if (ready != null) return ready.getAsBoolean();
        return nextKind[thread] != Kind.LOCK || place == null || place.holder == Place.FREE;
    }

    private String stuck() {
        var text = new StringBuilder();
        for (int thread = 0; thread < count; thread++) {
            if ((live & 1 << thread) != 0) {
                text.append("thread ")
                        .append(thread)
                        .append(" waits at ")
                        .append(name(nextKind[thread], nextPlace[thread]))
                        .append("; ");
            }
        }
        return text.toString();
    }

    private static String name(Kind kind, @Nullable Place place) {
        return kind + (place == null ? "" : " " + place);
    }

    /// Finds the steps of other threads that could as well have come after this thread's next one.
    private void lookForRaces(int thread) {
        Place place = nextPlace[thread];
        if (place == null) return;
        Kind kind = nextKind[thread];
        int[] clock = before[thread].clone();
        int[] rivals = new int[count];
        for (int other = 0; other < count; other++) {
            int at = kind == Kind.READ
                    ? place.lastWrite[other]
                    : Math.max(place.lastWrite[other], place.lastRead[other]);
            rivals[other] = other == thread || at < 0 || choices.comesBefore(at, before[thread]) ? NOBODY : at;
            if (rivals[other] != NOBODY) Place.join(clock, choices.clockOf(at));
        }
        for (int rival : rivals) {
            if (rival != NOBODY && isLast(rival, rivals)) choices.mustReverse(rival, thread, clock);
        }
    }

    private boolean isLast(int rival, int[] rivals) {
        for (int other : rivals) {
            if (other != NOBODY && other != rival && choices.comesBefore(rival, choices.clockOf(other))) return false;
        }
        return true;
    }

    private void enter(int thread) {
        Place place = nextPlace[thread];
        Kind kind = nextKind[thread];
        int sleepers = 0;
        for (int other = 0; other < count; other++) {
            if (nextPlace[other] == place && place != null && nextKind[other].conflicts(kind)) sleepers |= 1 << other;
        }
        own[thread]++;
        int[] clock = before[thread];
        if (place != null) {
            Place.join(clock, place.writeClock);
            if (kind != Kind.READ) Place.join(clock, place.readClock);
        }
        clock[thread] = own[thread];
        int at = choices.enter(thread, clock, sleepers);
        story.add(new Done(thread, kind, place));
        if (place == null) return;
        (kind == Kind.READ ? place.lastRead : place.lastWrite)[thread] = at;
        Place.join(kind == Kind.READ ? place.readClock : place.writeClock, clock);
        int[] known = seen[thread];
        if (kind != Kind.WRITE) Place.join(known, place.published);
        if (kind == Kind.WRITE || kind == Kind.UPDATE) {
            Place.join(place.published, known);
            known[thread]++;
        }
    }
}
