/// The door of the program: [Main], and nothing else.
///
/// **Depends on:** gateway.cli.
@NullMarked
package dev.weir.gateway;

import org.jspecify.annotations.NullMarked;
