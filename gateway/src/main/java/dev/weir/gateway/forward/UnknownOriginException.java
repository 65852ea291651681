package dev.weir.gateway.forward;

/// An origin's host name could not be resolved.
public final class UnknownOriginException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnknownOriginException(String upstream, String host) {
        super("upstream " + upstream + ": the host name " + host + " cannot be resolved");
    }
}
