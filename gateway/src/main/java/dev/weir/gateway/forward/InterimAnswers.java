package dev.weir.gateway.forward;

import dev.weir.connection.Connection;
import dev.weir.http.codec.Framing;
import dev.weir.http.codec.HeadEncoder;
import dev.weir.http.codec.ResponseReader;
import dev.weir.http.flow.InPlaceHead;
import dev.weir.http.server.ExchangeStream;
import java.nio.ByteBuffer;

/// Writes interim answers (1xx) to clients. Their counts are kept by the exchange.
///
/// **Threads:** confined to its loop.
/// **Source:** RFC 9110 sections 10.1.1 and 15.2.
final class InterimAnswers {
    /// The most interim answers forwarded for each exchange, `100` included: clients written in Go fail when
    /// there are more.
    static final int PASSED_MAX = 5;

    static final int CONTINUE = 100;

    private static final byte[] OUR_CONTINUE = HeadEncoder.ascii("HTTP/1.1 100 Continue\r\n\r\n");

    private final ResponseRules rules;

    InterimAnswers(ResponseRules rules) {
        this.rules = rules;
    }

    /// Whether the client waits for a 100 that has not been sent: it sends no body before.
    static boolean isContinueAwaited(ExchangeStream client) {
        boolean waits = client.head().expectsContinue() && client.head().framing() != Framing.NONE;
        return waits && !client.body().isBegun();
    }

    /// Writes an interim answer; false when the client has no room now, or is gone.
    ///
    /// @param head begun
    boolean write(ResponseReader answer, InPlaceHead head, ExchangeStream client) {
        rules.writeInterim(answer, head);
        if (!head.end()) return false;
        ByteBuffer out = head.written();
        // Why: a longer head does not fit into the output of one turn.
        if (out.remaining() > Connection.OUTPUT_BYTES_MAX) return false;
        ByteBuffer leaving = client.output(out.remaining());
        if (leaving == null) return false;
        client.wrote(out.remaining());
        leaving.put(out);
        return true;
    }

    /// Writes 100 on behalf of an origin; false when the client has no room now, or is gone.
    static boolean writeContinue(ExchangeStream client) {
        ByteBuffer leaving = client.output(OUR_CONTINUE.length);
        if (leaving == null) return false;
        client.wrote(OUR_CONTINUE.length);
        leaving.put(OUR_CONTINUE);
        return true;
    }
}
