package dev.weir.gateway;

/// The gateway could not be opened; everything opened before has been closed again.
public sealed class CannotStartException extends RuntimeException permits BudgetTooSmallException {
    private static final long serialVersionUID = 1L;

    private final int status;

    CannotStartException(int status, String message) {
        super(message);
        this.status = status;
    }

    /// What the program exits with, one of [dev.weir.gateway.cli.ExitStatus].
    public int status() {
        return status;
    }
}
