package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Proves what of an origin's coming and going is told. Times are given.
final class OriginNewsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long START = Long.MAX_VALUE - 5 * SECOND; // the clock may wrap round meanwhile

    private final OriginNews news = new OriginNews();

    @Test
    void eachWayIsToldOnce() {
        assertThat(news.succeeded(START)).isEqualTo(OriginNews.NO_NEWS);
        assertThat(news.failed(START)).isTrue();
        assertThat(news.failed(START + SECOND)).isFalse();
        assertThat(news.succeeded(START + 3 * SECOND)).isEqualTo(3 * SECOND);
        assertThat(news.succeeded(START + 4 * SECOND)).isEqualTo(OriginNews.NO_NEWS);
    }

    @Test
    void oneThatFlapsIsToldOnceInTenSeconds() {
        int told = 0;
        for (int i = 0; i < 100; i++) {
            long now = START + i * SECOND / 10;
            if (news.failed(now)) told++;
            if (news.succeeded(now) != OriginNews.NO_NEWS) told++;
        }

        assertThat(told).isEqualTo(2);
        assertThat(news.failed(START + 10 * SECOND)).isTrue();
        assertThat(news.takeUntold()).isEqualTo(99);
        assertThat(news.takeUntold()).isZero();
    }

    @Test
    void oneThatStaysAwayIsToldByALaterAttempt() {
        assertThat(news.failed(START)).isTrue();
        assertThat(news.succeeded(START + SECOND)).isEqualTo(SECOND);
        assertThat(news.failed(START + 2 * SECOND)).isFalse();

        assertThat(news.failed(START + 11 * SECOND)).isTrue();
    }
}
