package dev.weir.gateway;

import dev.weir.http.codec.ResponseReader;

/// The head of an answer that never was HTTP/1.
public final class ToyResponse extends ToyHead implements ResponseReader {
    private final int status;
    private final int[] reason;

    /// An answer that says what these say.
    public ToyResponse(int status, String reason, Common common) {
        super(common);
        this.status = status;
        this.reason = put(reason);
        complete();
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public int reasonFrom() {
        return reason[0];
    }

    @Override
    public int reasonTo() {
        return reason[1];
    }
}
