/// The command `./weir planted`: bugs put into copies of the product, and who finds them. Read `Main` first.
///
/// **Depends on:** laws.
@NullMarked
package dev.weir.laws.hunt;

import org.jspecify.annotations.NullMarked;
