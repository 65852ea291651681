package dev.weir.http.server;

import org.jspecify.annotations.Nullable;

/// What a handler keeps with an exchange, by its type: whoever attaches and whoever finds it again name the
/// same slot.
///
/// **Threads:** immutable.
///
/// @param <T> what is kept
public final class AttachmentKey<T> {
    private final Class<T> type;

    private AttachmentKey(Class<T> type) {
        this.type = type;
    }

    /// A slot for objects of `type`.
    public static <T> AttachmentKey<T> of(Class<T> type) {
        return new AttachmentKey<>(type);
    }

    @Nullable
    T find(@Nullable Object kept) {
        return type.isInstance(kept) ? type.cast(kept) : null;
    }
}
