/**
 * What is told of a graph file as one page of HTML that needs nothing else: an inspection, and a
 * difference with before and after side by side.
 *
 * <p>Place in the flow: below the verbs, which read the graphs and write the files; above the
 * pictures.
 *
 * <p>Limits: names come from files of strangers. Every one passes {@link
 * org.grokfast.tools.page.Markup}, and the page's policy lets no script run but its own.
 */
package org.grokfast.tools.page;
