package dev.weir.house.planted;

/// Three public methods, and others that do not count.
public final class Wide {
    /// One.
    public void one() {
        Runnable inner = this::hidden;
        inner.run();
    }

    /// Another of the same name.
    public void one(int more) {
        lambda().run();
    }

    @Override
    public String toString() {
        return "wide";
    }

    Runnable lambda() {
        return () -> hidden();
    }

    private void hidden() {}

    /// Counted for itself.
    public static final class Inner {
        /// One.
        public void one() {}
    }
}
