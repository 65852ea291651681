package dev.weir.house.planted.knot;

/// Leads to the next class of the knot by a class inside of it.
public record Second() {
    record Inner(Third next) {}

    /// What leads on, which nobody else sees.
    public static Class<?> inner() {
        return Inner.class;
    }
}
