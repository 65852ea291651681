/// Tests of the client side of HTTP.
@NullMarked
package dev.weir.http.client;

import org.jspecify.annotations.NullMarked;
