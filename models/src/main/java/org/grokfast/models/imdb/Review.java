package org.grokfast.models.imdb;

/**
 * A review with its label.
 *
 * @param text as it was written, markup and all
 * @param positive whether it speaks well of the film
 */
record Review(String text, boolean positive) {}
