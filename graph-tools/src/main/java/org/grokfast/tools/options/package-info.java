/**
 * Groups of options that several verbs share, on the command line and in configuration files: how a
 * graph is read and written, the filter, the optimizer.
 *
 * <p>Place in the flow: between the verbs and the library: options become the library's objects,
 * with its defaults and checks.
 *
 * <p>Limits: a group does nothing but parse and check.
 */
package org.grokfast.tools.options;
