package dev.weir.house.planted.high;

import dev.weir.house.planted.low.Below;

/// Knows what is below it, as it may.
public record Above(Below below) {}
