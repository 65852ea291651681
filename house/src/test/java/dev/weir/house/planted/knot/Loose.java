package dev.weir.house.planted.knot;

/// Needs the knot, which does not need it.
public record Loose(First first) {}
