/// Classes that break the rules on purpose, so that each rule is seen to fail.
@NullMarked
package dev.weir.house.planted;

import org.jspecify.annotations.NullMarked;
