package dev.weir.transport;

/// The system refused a transport, for example because an address is in use, a port needs privileges, or no
/// descriptors are left.
public final class TransportException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// Creates an exception that says what was refused and why.
    public TransportException(String message) {
        super(message);
    }

    /// The same with the exception of the system.
    public TransportException(String message, Throwable cause) {
        super(message, cause);
    }
}
