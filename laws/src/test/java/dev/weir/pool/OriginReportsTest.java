package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Proves which changes of an origin's health are reported. The test sets the times.
final class OriginReportsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long START = Long.MAX_VALUE - 5 * SECOND; // the clock may wrap round meanwhile

    private final OriginReports news = new OriginReports();

    private static long at(long seconds) {
        return START + seconds * SECOND;
    }

    @Test
    void eachChangeIsReportedOnce() {
        assertThat(news.succeeded(at(0))).isEqualTo(OriginReports.NOTHING_TO_REPORT);
        assertThat(news.failed(at(0))).isTrue();
        assertThat(news.failed(at(1))).isFalse();
        assertThat(news.succeeded(at(3))).isEqualTo(3 * SECOND);
        assertThat(news.succeeded(at(4))).isEqualTo(OriginReports.NOTHING_TO_REPORT);
    }

    @Test
    void aFlappingOriginIsReportedOnceInTenSeconds() {
        int told = 0;
        for (int i = 0; i < 100; i++) {
            long now = at(0) + i * SECOND / 10;
            if (news.failed(now)) told++;
            if (news.succeeded(now) != OriginReports.NOTHING_TO_REPORT) told++;
        }

        assertThat(told).isEqualTo(2);
        assertThat(news.failed(at(10))).isTrue();
        assertThat(news.takeUntold()).isEqualTo(99);
        assertThat(news.takeUntold()).isZero();
    }

    @Test
    void anOriginThatStaysDownIsReportedByALaterAttempt() {
        assertThat(news.failed(at(0))).isTrue();
        assertThat(news.succeeded(at(1))).isEqualTo(SECOND);
        assertThat(news.failed(at(2))).isFalse();

        assertThat(news.failed(at(11))).isTrue();
    }
}
