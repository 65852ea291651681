package dev.weir.time;

/// A place in Weir where a rare path can be taken at will: always right, hardly ever needed. A simulation takes
/// them; in production nothing does. A package that has such places declares them as constants of an enum of its
/// own.
///
/// **Threads:** immutable.
/// **Source:** FoundationDB's marked points.
public interface RarePoint {
    /// Its name, unique among all points of all packages.
    String name();
}
