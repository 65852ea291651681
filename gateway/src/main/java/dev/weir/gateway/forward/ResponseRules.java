package dev.weir.gateway.forward;

import dev.weir.http.codec.Field;
import dev.weir.http.codec.FieldLine;
import dev.weir.http.codec.Framing;
import dev.weir.http.codec.HeadWriter;
import dev.weir.http.codec.ResponseReader;

/// Decides the content of the answer head for the client: fields without the hop-by-hop ones, a date added if
/// there is none. A [HeadWriter] encodes it.
///
/// In HTTP/1 the head grows by at most [dev.weir.http.flow.HeadBlocks#HEADROOM].
///
/// **Threads:** confined to its loop.
/// **Source:** RFC 9110 sections 6.6.1, 7.6.1, 7.6.3 and 8.6.
final class ResponseRules {
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;
    private static final int UPGRADE_REQUIRED = 426;

    private final Via via;

    ResponseRules(Via via) {
        this.via = via;
    }

    /// Writes an interim answer to `out`.
    void writeInterim(ResponseReader head, HeadWriter out) {
        out.response(head);
        boolean _ = writeFields(head, out);
        end(head, Framing.NONE, out);
    }

    /// Writes the head of a final answer to `out`.
    ///
    /// @param body how the end of the body is marked
    /// @param date for an answer that has none
    void write(ResponseReader head, Framing body, FieldLine date, HeadWriter out) {
        out.response(head);
        if (!writeFields(head, out)) out.add(date);
        end(head, body, out);
    }

    private void end(ResponseReader head, Framing body, HeadWriter out) {
        out.body(body);
        via.addTo(head.version(), out);
        out.connection();
    }

    /// Writes the forwarded fields; returns whether there was a date among them.
    private static boolean writeFields(ResponseReader head, HeadWriter out) {
        boolean isEmpty = head.isInformational() || head.status() == NO_CONTENT;
        boolean dated = false;
        // Why: the length of a 304 is forwarded, but not a contradictory one.
        boolean measured = isEmpty || (head.status() == NOT_MODIFIED && head.contentLength() < 0);
        for (int i = 0; i < head.count(); i++) {
            Field field = head.field(i);
            if (field == Field.UPGRADE && head.status() == UPGRADE_REQUIRED) {
                // Why: a 426 is of no use without its Upgrade field (RFC 9110 section 15.5.22).
                out.keepUpgrade(head, i);
                continue;
            }
            if (head.isHopByHop(i) || (field == Field.CONTENT_LENGTH && measured)) continue;
            measured |= field == Field.CONTENT_LENGTH;
            dated |= field == Field.DATE;
            out.keep(head, i);
        }
        return dated;
    }
}
