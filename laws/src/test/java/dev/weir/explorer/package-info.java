/// Plays every order in which the steps of a few threads can follow each other, with the product's own classes.
@NullMarked
package dev.weir.explorer;

import org.jspecify.annotations.NullMarked;
