package dev.weir.explorer;

import java.lang.invoke.VarHandle;
import java.util.IdentityHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// What explored code calls before each access that another thread may see.
///
/// Why static: the calls are woven into classes that know nothing of this. One schedule is played at a time, and
/// one of its threads runs at a time; everybody else is let through.
public final class Steps {
    private static volatile @Nullable Playing playing;
    private static final IdentityHashMap<VarHandle, String> FIELDS = new IdentityHashMap<>();

    private Steps() {}

    static void play(@Nullable Playing next) {
        playing = next;
    }

    /// Before a volatile field is read.
    public static void read(Object base, String field) {
        Playing now = playing;
        if (now != null) now.step(Playing.Kind.READ, base, field);
    }

    /// Before a volatile field is written.
    public static void write(Object base, String field) {
        Playing now = playing;
        if (now != null) now.step(Playing.Kind.WRITE, base, field);
    }

    /// Before a field that is not volatile is read.
    public static void plainRead(Object base, String field) {
        Playing now = playing;
        if (now != null) now.plain(base, field, false);
    }

    /// Before a field that is not volatile is written.
    public static void plainWrite(Object base, String field) {
        Playing now = playing;
        if (now != null) now.plain(base, field, true);
    }

    /// Before a field is read or written through a handle.
    public static void handle(VarHandle handle, Object base, String mode) {
        Playing now = playing;
        if (now != null) now.step(kind(mode), base, field(handle));
    }

    /// Before an element of an atomic array is read or written.
    public static void element(Object array, int index, String mode) {
        Playing now = playing;
        if (now != null) now.step(kind(mode), array, index);
    }

    /// Before a lock is taken; instead of taking it.
    public static void lock(Object lock) {
        Playing now = playing;
        if (now != null) now.step(Playing.Kind.LOCK, lock, "lock");
    }

    /// Instead of letting a lock go.
    public static void unlock(Object lock) {
        Playing now = playing;
        if (now != null) now.unlock(lock);
    }

    /// Stops between two steps, so that what must hold there is looked at.
    public static void pause() {
        Playing now = playing;
        if (now != null) now.pause();
    }

    /// Lets the calling thread wait until `ready`, which reads `field` of `base` and nothing else that changes.
    public static void await(Object base, String field, BooleanSupplier ready) {
        Playing now = playing;
        if (now != null) now.await(base, field, ready);
    }

    private static Playing.Kind kind(String mode) {
        if (mode.startsWith("set")) return Playing.Kind.WRITE;
        return mode.startsWith("get") && !mode.contains("And") ? Playing.Kind.READ : Playing.Kind.UPDATE;
    }

    private static synchronized String field(VarHandle handle) {
        return FIELDS.computeIfAbsent(
                handle,
                any -> any.describeConstable()
                        .map(desc -> desc.constantName())
                        .orElseThrow(() -> new IllegalStateException("a handle of no field: " + any)));
    }
}
