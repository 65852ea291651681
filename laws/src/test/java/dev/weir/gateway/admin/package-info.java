/// Tests of the admin pages.
@NullMarked
package dev.weir.gateway.admin;

import org.jspecify.annotations.NullMarked;
