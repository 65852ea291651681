package dev.weir.pool;

import java.time.Duration;
import java.util.List;

/// Makes origins of a pool that shares no address with another and has no waiters.
final class AloneOrigin implements SharedAddress.Member {
    private AloneOrigin() {}

    static Origin of(Origin.Address address, int connectionsMax) {
        var time = Duration.ofSeconds(1);
        var terms = Health.Terms.of(new PoolLimits(connectionsMax, 1, time, time, time));
        var set = new OriginSet(
                1, connectionsMax, new SharedAddresses(), new AloneOrigin(), terms, new AttemptOutcomes());
        if (!set.replace(List.of(address)).isEmpty()) throw new AssertionError("no place for " + address);
        return set.origins().getFirst();
    }

    @Override
    public String name() {
        return "alone";
    }

    @Override
    public void serveOwn() {}

    @Override
    public long waitedNanos(long nowNanos) {
        return NOBODY;
    }

    @Override
    public List<SharedAddress> sharedAddresses() {
        return List.of();
    }

    @Override
    public int idleAt(SharedAddress sharedAddress) {
        return 0;
    }

    @Override
    public boolean closeIdle(SharedAddress sharedAddress, Runnable closed) {
        return false;
    }

    @Override
    public void askYieldingFor(SharedAddress.Member other, SlotDemand needed) {}
}
