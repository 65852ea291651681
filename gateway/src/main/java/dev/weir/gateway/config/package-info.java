/// The configuration file: read, checked as a whole, and told about in lines a person can act on.
///
/// **Depends on:** nothing of Weir.
@NullMarked
package dev.weir.gateway.config;

import org.jspecify.annotations.NullMarked;
