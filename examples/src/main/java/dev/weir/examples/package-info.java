/// The programs that README and docs quote. Read `Hello` first.
///
/// **Depends on:** http.server, and server of core.
@NullMarked
package dev.weir.examples;

import org.jspecify.annotations.NullMarked;
