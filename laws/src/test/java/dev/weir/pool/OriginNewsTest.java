package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Proves what of an origin's coming and going is told. Times are given.
final class OriginNewsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long START = Long.MAX_VALUE - 5 * SECOND; // the clock may wrap round meanwhile

    private final OriginNews news = new OriginNews();

    private static long at(long seconds) {
        return START + seconds * SECOND;
    }

    @Test
    void eachWayIsToldOnce() {
        assertThat(news.succeeded(at(0))).isEqualTo(OriginNews.NO_NEWS);
        assertThat(news.failed(at(0))).isTrue();
        assertThat(news.failed(at(1))).isFalse();
        assertThat(news.succeeded(at(3))).isEqualTo(3 * SECOND);
        assertThat(news.succeeded(at(4))).isEqualTo(OriginNews.NO_NEWS);
    }

    @Test
    void oneThatFlapsIsToldOnceInTenSeconds() {
        int told = 0;
        for (int i = 0; i < 100; i++) {
            long now = at(0) + i * SECOND / 10;
            if (news.failed(now)) told++;
            if (news.succeeded(now) != OriginNews.NO_NEWS) told++;
        }

        assertThat(told).isEqualTo(2);
        assertThat(news.failed(at(10))).isTrue();
        assertThat(news.takeUntold()).isEqualTo(99);
        assertThat(news.takeUntold()).isZero();
    }

    @Test
    void oneThatStaysAwayIsToldByALaterAttempt() {
        assertThat(news.failed(at(0))).isTrue();
        assertThat(news.succeeded(at(1))).isEqualTo(SECOND);
        assertThat(news.failed(at(2))).isFalse();

        assertThat(news.failed(at(11))).isTrue();
    }
}
