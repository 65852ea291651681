package dev.weir.house.planted;

import dev.weir.time.RarePoint;

/// Rare points of which no campaign knows.
public enum Unlisted implements RarePoint {
    /// Nobody counts it.
    UNCOUNTED
}
