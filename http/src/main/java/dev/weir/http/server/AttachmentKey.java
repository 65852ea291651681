package dev.weir.http.server;

import org.jspecify.annotations.Nullable;

/// The key of an object that is attached to an exchange. It is attached and found again by the same key, which
/// knows its type.
///
/// **Threads:** immutable.
///
/// @param <T> what is kept
public final class AttachmentKey<T> {
    private final Class<T> type;

    private AttachmentKey(Class<T> type) {
        this.type = type;
    }

    /// A key for objects of `type`.
    public static <T> AttachmentKey<T> of(Class<T> type) {
        return new AttachmentKey<>(type);
    }

    @Nullable
    T find(@Nullable Object kept) {
        return type.isInstance(kept) ? type.cast(kept) : null;
    }
}
