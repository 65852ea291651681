package dev.weir.house.planted.low;

import dev.weir.house.planted.high.Above;
import java.util.List;

/// Knows what is above it, as it must not.
public record Below(List<Above> above) {}
