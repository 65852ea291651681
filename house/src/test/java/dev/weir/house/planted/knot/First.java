package dev.weir.house.planted.knot;

import java.util.List;

/// Leads to the next class of the knot.
public record First(List<Second> next) {}
