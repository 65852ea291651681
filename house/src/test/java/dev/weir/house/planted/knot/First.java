package dev.weir.house.planted.knot;

/// Leads to the next class of the knot.
public record First(Second[] next) {}
