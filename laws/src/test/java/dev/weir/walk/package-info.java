/// Follows one request through a gateway, method by method, and holds docs/walk.md to what it has seen.
@NullMarked
package dev.weir.walk;

import org.jspecify.annotations.NullMarked;
