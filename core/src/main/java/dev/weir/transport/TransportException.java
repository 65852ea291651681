package dev.weir.transport;

/// The environment refused a transport: an address in use, a port that needs rights, no descriptors left.
public final class TransportException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// Says what was refused and why.
    public TransportException(String message) {
        super(message);
    }

    /// The same, with what the system said.
    public TransportException(String message, Throwable cause) {
        super(message, cause);
    }
}
