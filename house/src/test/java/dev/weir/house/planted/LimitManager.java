package dev.weir.house.planted;

/// A class whose own name and whose members' names say nothing.
public record LimitManager(int maxWaiters) {

    public int getLimit() {
        return close0();
    }

    private int close0() {
        return maxWaiters;
    }
}
