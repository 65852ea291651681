package dev.weir.gateway.forward;

import dev.weir.http.codec.Field;
import dev.weir.http.codec.FieldLine;
import dev.weir.http.codec.Framing;
import dev.weir.http.codec.HeadWriter;
import dev.weir.http.codec.ResponseReader;

/// Decides what the head says that goes to the client: hop-by-hop fields left out, a date added where there is
/// none. How that is written is the business of the writer it is handed to.
///
/// In HTTP/1 it grows by at most [dev.weir.http.flow.HeadBlocks#HEADROOM] over the head received.
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

    /// Hands what an interim answer says to `out`.
    void writeInterim(ResponseReader head, HeadWriter out) {
        out.response(head);
        boolean _ = writeFields(head, out);
        end(head, Framing.NONE, out);
    }

    /// Hands what a final answer says to `out`.
    ///
    /// @param body how its end will be known
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

    /// Keeps the fields that pass; returns whether there was a date among them.
    private static boolean writeFields(ResponseReader head, HeadWriter out) {
        boolean isEmpty = head.isInformational() || head.status() == NO_CONTENT;
        boolean dated = false;
        // Why: of a 304 the length is told, but not one that contradicts itself.
        boolean measured = isEmpty || (head.status() == NOT_MODIFIED && head.contentLength() < 0);
        for (int i = 0; i < head.count(); i++) {
            Field field = head.field(i);
            if (field == Field.UPGRADE && head.status() == UPGRADE_REQUIRED) {
                // Why: this answer is of no use without what it asks for (RFC 9110 section 15.5.22).
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
