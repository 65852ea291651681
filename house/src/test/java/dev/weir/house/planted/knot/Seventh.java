package dev.weir.house.planted.knot;

/// Leads back to the first class of the knot.
public final class Seventh {
    private Seventh() {}

    /// Why: a dependency of a method's body counts as well.
    static int first(Object one) {
        return one instanceof First first ? first.next().size() : 0;
    }
}
