package dev.weir.house.planted;

/// A name that says nothing, in words that are not ours.
public record RemoteSessionManager(int maxWaiters) {

    public int getLimit() {
        return close0();
    }

    private int close0() {
        return maxWaiters;
    }
}
