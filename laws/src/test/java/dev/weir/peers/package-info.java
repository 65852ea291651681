/// The gateway as users run it, against programs that nobody here wrote.
@NullMarked
package dev.weir.peers;

import org.jspecify.annotations.NullMarked;
