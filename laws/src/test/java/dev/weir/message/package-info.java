/// Tests of whole messages.
@NullMarked
package dev.weir.message;

import org.jspecify.annotations.NullMarked;
