/// The programs that README and docs quote. Read `Hello` first.
///
/// **Depends on:** runtime, http.codec, http.server.
@NullMarked
package dev.weir.examples;

import org.jspecify.annotations.NullMarked;
