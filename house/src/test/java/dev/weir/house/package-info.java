/// Tests of the architecture, of names, of sources, of docs and of `./weir` itself.
///
/// Each rule is a function from what it looks at to a list of complaints, and is called twice: on Weir,
/// where it must find nothing, and on something planted, where it must find what was planted. A rule that
/// cannot fail is not a rule. Read `House` first.
///
/// **Depends on:** nothing; the other modules are looked at, never called.
@NullMarked
package dev.weir.house;

import org.jspecify.annotations.NullMarked;
