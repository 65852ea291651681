package dev.weir.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.log.RequestRecord;
import dev.weir.http.codec.HeadLimits;
import dev.weir.testing.Balanced;
import dev.weir.testing.Footprint;
import dev.weir.testing.Scene;
import org.junit.jupiter.api.Test;

/// Proves that what the memory plan charges for a request on its way to an origin is what it weighs, by the heap in use
/// after a collection.
@Balanced
final class FootprintTest {
    private static final int COUNT = 2_000;

    @Test
    void aForwardedExchangeWeighsWhatIsCharged(Scene scene) {
        scene.withoutPlaces();
        var here = new ForwardLoop(scene.inMemory().loop(), HeadLimits.DEFAULT, 1);
        long charged = Forwarder.EXCHANGE_BYTES + HeadLimits.DEFAULT.fieldsBytes();

        assertThat(Footprint.bytesEach(COUNT, () -> new ForwardExchange(here))).isBetween(charged * 3 / 4, charged);
    }

    @Test
    void aRecordForTheLogWeighsWhatIsCharged() {
        assertThat(Footprint.bytesEach(COUNT, RequestRecord::new))
                .isBetween(RequestRecord.BYTES * 3 / 4, RequestRecord.BYTES);
    }
}
