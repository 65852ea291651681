package dev.weir.testing.sim.net;

import dev.weir.testing.sim.seed.Conditions;
import dev.weir.testing.sim.seed.Fault;
import dev.weir.testing.sim.seed.Faults;
import java.util.ArrayList;
import java.util.List;

/// The pipes of a network with something in transit: which bytes, ends and resets arrive next, and which pipes
/// are silent.
///
/// **Threads:** confined to its world.
final class Traffic {
    private static final long SILENT_NANOS_MAX = 20_000_000_000L;

    private final Conditions conditions;
    private final List<SimPipe> busy = new ArrayList<>();
    private final List<SimPipe> silent = new ArrayList<>();
    private int writableThresholdBytes = 1;

    Traffic(Conditions conditions) {
        this.conditions = conditions;
    }

    Faults faults() {
        return conditions.faults();
    }

    /// From how many free bytes on a poller tells of room.
    int writableThresholdBytes() {
        return writableThresholdBytes;
    }

    void setWritableThreshold(int bytes) {
        writableThresholdBytes = bytes;
    }

    void moved(String what, int port, int count) {
        conditions.trace().note(what, port, count);
    }

    void addBusy(SimPipe pipe) {
        if (pipe.busyAt >= 0 || pipe.isSilent() || !pipe.hasInFlight()) return;
        pipe.busyAt = busy.size();
        busy.add(pipe);
    }

    private void removeBusy(SimPipe pipe) {
        if (faults().isCalm()) {
            busy.remove(pipe.busyAt);
            for (int i = pipe.busyAt; i < busy.size(); i++) busy.get(i).busyAt = i;
            pipe.busyAt = -1;
            return;
        }
        SimPipe last = busy.removeLast();
        if (last != pipe) {
            busy.set(pipe.busyAt, last);
            last.busyAt = pipe.busyAt;
        }
        pipe.busyAt = -1;
    }

    /// Nothing of `pipe` arrives until it is thawed.
    void freeze(SimPipe pipe) {
        if (pipe.busyAt >= 0) removeBusy(pipe);
        pipe.silenceUntil(Long.MAX_VALUE);
    }

    void thaw(SimPipe pipe) {
        pipe.endSilence();
        addBusy(pipe);
    }

    /// How many pipes have something on its way.
    int busy() {
        return busy.size();
    }

    /// Nanoseconds until a silent pipe is heard again.
    long nextNanos(long now) {
        long next = Long.MAX_VALUE;
        for (SimPipe pipe : silent) next = Math.min(next, Math.max(0, pipe.silentUntilNanos() - now));
        return next;
    }

    /// Lets one thing arrive.
    ///
    /// @param at of which pipe, an index below [#busy]
    void carry(int at) {
        SimPipe pipe = busy.get(at);
        if (faults().strikes(Fault.SILENCE, 8)) {
            removeBusy(pipe);
            pipe.silenceUntil(
                    conditions.clock().nanoTime() + (faults().below(1 << 16) + 1L) * (SILENT_NANOS_MAX >> 16));
            silent.add(pipe);
            return;
        }
        if (!pipe.isReset() && !pipe.isReaderGone() && faults().strikes(Fault.RESET, 16)) {
            pipe.reset();
            pipe.back().reset();
            addBusy(pipe.back());
        }
        deliver(pipe);
        if (!pipe.hasInFlight()) removeBusy(pipe);
    }

    private void deliver(SimPipe pipe) {
        int onTheWay = pipe.onTheWay();
        if (pipe.isReaderGone()) {
            pipe.vanish();
            if (pipe.isReset()) pipe.resetArrives(true);
            else if (pipe.isEnded()) pipe.endArrives();
            // Why: bytes to a closed end are answered by a reset.
            if (onTheWay > 0 && !pipe.isReset()) {
                pipe.back().reset();
                addBusy(pipe.back());
            }
        } else if (pipe.isReset()) {
            pipe.resetArrives(faults().strikes(Fault.RESET_LOSES_INPUT));
        } else if (onTheWay > 0) {
            // Why: mostly everything at once; a split at every byte is as likely as any other split.
            boolean whole = faults().isHealed() || conditions.scheduling().below(4) != 0;
            pipe.arrive(whole ? onTheWay : 1 + conditions.scheduling().below(onTheWay));
        } else {
            pipe.endArrives();
        }
    }

    /// Ends the silence of pipes whose time is over.
    void hear() {
        for (int i = silent.size() - 1; i >= 0; i--) {
            SimPipe pipe = silent.get(i);
            boolean endsEarly = faults().isHealed() && !faults().isCalm();
            if (!endsEarly && conditions.clock().nanoTime() - pipe.silentUntilNanos() < 0) continue;
            silent.remove(i);
            pipe.endSilence();
            addBusy(pipe);
        }
    }
}
