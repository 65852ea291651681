package dev.weir.gateway;

/// The gateway could not start. Everything that was opened has been closed again.
public sealed class CannotStartException extends RuntimeException permits BudgetTooSmallException {
    private static final long serialVersionUID = 1L;

    private final int status;

    CannotStartException(int status, String message) {
        super(message);
        this.status = status;
    }

    /// The exit status of the program, one of [dev.weir.gateway.cli.ExitStatus].
    public int status() {
        return status;
    }
}
