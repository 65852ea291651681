package dev.weir.house.planted.exposed;

import dev.weir.house.planted.low.Below;
import java.util.ArrayList;
import java.util.List;

/// Shows what its users cannot name, and what they could change.
public final class Exposed {
    public int count;

    private Exposed() {}

    public static List<Hidden> hidden() {
        return List.of();
    }

    public static void unexported(Below below) {
        assert !below.above().isEmpty();
    }

    /// A record that its caller can change.
    public record Names(ArrayList<String> names) {}

    record Hidden(int one) {}
}
