package dev.weir.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// Checks that each test of a class, of its nested classes and of its subclasses, or the annotated test alone,
/// closes what it opens and ends within a minute.
///
/// **Limits:** 60 s for each test, unless it has a [Timeout] of its own; a test that spins fails and is left
/// behind on its thread.
@Documented
@Target({ElementType.TYPE, ElementType.METHOD})
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ZeroBalance.class)
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public @interface Balanced {}
