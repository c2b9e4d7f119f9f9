/**
 * The facade: what a program that trains needs to name.
 *
 * <p>Place in the flow: the front door; it only hands on to the format packages.
 */
package org.grokfast;
