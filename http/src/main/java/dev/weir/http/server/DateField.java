package dev.weir.http.server;

import dev.weir.http.codec.FieldLine;
import dev.weir.http.codec.HeadEncoder;
import dev.weir.loop.EventLoop;

/// The Date field of answers. It is encoded in place once a second, because a formatter would make garbage.
///
/// **Threads:** confined to its loop.
/// **Source:** RFC 9110 sections 5.6.7 and 6.6.1.
final class DateField {
    static final int BYTES = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n".length();

    private static final long SECOND = 1_000_000_000L;
    private static final int DAY_SECONDS = 86_400;
    private static final byte[] DAYS = HeadEncoder.ascii("MonTueWedThuFriSatSun");
    private static final byte[] MONTHS = HeadEncoder.ascii("JanFebMarAprMayJunJulAugSepOctNovDec");
    private static final int NAME_BYTES = 3;
    /// The first day of the epoch was a Thursday.
    private static final int EPOCH_DAY_OF_WEEK = 3;

    private final EventLoop loop;
    private final byte[] field = HeadEncoder.ascii("Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n");
    private final FieldLine line = FieldLine.over("Date", field);
    private boolean encoded;
    private long encodedNanos;

    DateField(EventLoop loop) {
        this.loop = loop;
    }

    /// The whole field with its line end; lent until the next call, must not be changed.
    byte[] bytes() {
        return line().bytes();
    }

    /// The field; lent until the next call.
    FieldLine line() {
        if (!encoded || loop.nowNanos() - encodedNanos >= SECOND) encode();
        return line;
    }

    private void encode() {
        long millis = loop.clock().epochMillis();
        // Why: counted from the full second, so that the text changes when the second does.
        encodedNanos = loop.nowNanos() - Math.floorMod(millis, 1000L) * 1_000_000;
        encoded = true;
        encode(Math.floorDiv(millis, 1000L), field);
    }

    /// Writes a moment into a field, whose other bytes are there.
    ///
    /// @param epochSecond from 0 to the end of the year 9999
    static void encode(long epochSecond, byte[] field) {
        long days = epochSecond / DAY_SECONDS;
        int second = (int) (epochSecond % DAY_SECONDS);
        name(field, 6, DAYS, (int) ((days + EPOCH_DAY_OF_WEEK) % 7));
        date(field, days);
        digits(field, 23, second / 3600);
        digits(field, 26, second / 60 % 60);
        digits(field, 29, second % 60);
    }

    /// Day, month and year by the civil calendar; years are counted from March, so that a leap day is their last.
    private static void date(byte[] field, long days) {
        long shifted = days + 719_468; // from the first of March of the year 0
        long era = shifted / 146_097; // of 400 years
        long dayOfEra = shifted % 146_097;
        long yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        int dayOfYear = (int) (dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100));
        int monthFromMarch = (5 * dayOfYear + 2) / 153;
        int month = (monthFromMarch + 2) % 12; // from 0
        int year = (int) (yearOfEra + era * 400) + (month < 2 ? 1 : 0);
        digits(field, 11, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1);
        name(field, 14, MONTHS, month);
        digits(field, 18, year / 100);
        digits(field, 20, year % 100);
    }

    private static void name(byte[] field, int at, byte[] names, int index) {
        System.arraycopy(names, index * NAME_BYTES, field, at, NAME_BYTES);
    }

    private static void digits(byte[] field, int at, int value) {
        field[at] = (byte) ('0' + value / 10);
        field[at + 1] = (byte) ('0' + value % 10);
    }
}
