/// How the benches measure: programs started on one core, a load on the other, rounds that interleave them,
/// and the page that keeps the result.
///
/// **Depends on:** nothing of Weir.
@NullMarked
package dev.weir.bench.measure;

import org.jspecify.annotations.NullMarked;
