package dev.weir.gateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Proves that connections are counted on the side they stand on.
final class PlaceTest {
    @Test
    void aClientThatIsRefusedIsNoneOfThoseInside() {
        assertThat(Place.of("refused 127.0.0.1:8080")).isEqualTo(new Place(Place.Side.REFUSED, ""));
        assertThat(Place.of("downstream 127.0.0.1:8080")).isEqualTo(new Place(Place.Side.DOWNSTREAM, ""));
        assertThat(Place.of("upstream web 127.0.0.1:9001")).isEqualTo(new Place(Place.Side.UPSTREAM, "web"));
    }
}
