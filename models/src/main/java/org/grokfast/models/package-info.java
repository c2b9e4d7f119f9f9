/**
 * What the tasks have in common with their callers: the exception by which a run that can't start,
 * continue or be written explains itself.
 *
 * <p>Place in the flow: below all packages of this module.
 */
package org.grokfast.models;
