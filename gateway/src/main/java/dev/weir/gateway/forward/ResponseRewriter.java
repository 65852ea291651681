package dev.weir.gateway.forward;

import dev.weir.http.codec.Field;
import dev.weir.http.codec.Fields;
import dev.weir.http.codec.HeadEncoder;
import dev.weir.http.codec.ResponseHead;
import java.nio.ByteBuffer;

/// Writes the head that goes to the client: hop-by-hop fields left out, how this connection goes on added.
///
/// It grows by at most [dev.weir.http.flow.Inflow#HEADROOM] over the head received.
///
/// **Threads:** confined to its loop.
/// **Source:** RFC 9110 sections 6.6.1, 7.6.1, 7.6.3 and 8.6.
final class ResponseRewriter {
    private static final byte[] CHUNKED = HeadEncoder.ascii("Transfer-Encoding: chunked\r\n");
    private static final byte[] UPGRADE = HeadEncoder.ascii("Connection: upgrade\r\n");
    private static final byte[] NOTHING = {};
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;
    private static final int UPGRADE_REQUIRED = 426;

    private final HeadEncoder encoder = new HeadEncoder();
    private final Via via;
    private boolean chunked;

    ResponseRewriter(Via via) {
        this.via = via;
    }

    /// Says whether the next head announces chunks; asked for anew with each.
    ResponseRewriter withChunks(boolean chunks) {
        chunked = chunks;
        return this;
    }

    /// Writes an interim answer, which lies in `from` at `base`, to `out`, from its position.
    ///
    /// @return false when there was no room for all of it
    boolean writeInterim(ResponseHead head, ByteBuffer from, int base, ByteBuffer out) {
        return withChunks(false).write(head, from, base, out, NOTHING, NOTHING);
    }

    /// Writes `head`, which lies in `from` at `base`, to `out`, from its position.
    ///
    /// @param persistence lines that say how the connection goes on
    /// @param date the line of a Date field, for a final answer that has none
    ///
    /// @return false when there was no room for all of it
    boolean write(ResponseHead head, ByteBuffer from, int base, ByteBuffer out, byte[] persistence, byte[] date) {
        encoder.begin(out);
        encoder.statusLine(head.status(), from, base + head.reasonFrom(), base + head.reasonTo());
        writeFields(head, from, base, date);
        if (chunked) encoder.raw(CHUNKED);
        encoder.raw(via.line(head.version()));
        encoder.raw(persistence);
        return encoder.end();
    }

    private void writeFields(ResponseHead head, ByteBuffer from, int base, byte[] date) {
        Fields fields = head.fields();
        boolean isEmpty = head.isInformational() || head.status() == NO_CONTENT;
        boolean dated = head.isInformational();
        // Why: of a 304 the length is told, but not one that contradicts itself.
        boolean measured = isEmpty || (head.status() == NOT_MODIFIED && head.contentLength() < 0);
        for (int i = 0; i < fields.count(); i++) {
            Field field = fields.field(i);
            if (field == Field.UPGRADE && head.status() == UPGRADE_REQUIRED) {
                // Why: this answer is of no use without what it asks for (RFC 9110 section 15.5.22).
                encoder.copy(from, base, fields, i);
                encoder.raw(UPGRADE);
                continue;
            }
            if (fields.isHopByHop(i) || (field == Field.CONTENT_LENGTH && measured)) continue;
            measured |= field == Field.CONTENT_LENGTH;
            dated |= field == Field.DATE;
            encoder.copy(from, base, fields, i);
        }
        if (!dated) encoder.raw(date);
    }
}
