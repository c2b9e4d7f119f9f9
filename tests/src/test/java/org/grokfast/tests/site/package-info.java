/**
 * The documentation as a site of static pages, made from the Markdown of the repository: {@link
 * org.grokfast.tests.site.Site} writes it, the tests beside it read it as a visitor would.
 *
 * <p>It lives among the tests since nobody who uses the program needs it, and since the pages show
 * what tests run. CommonMark's reference implementation for Java reads the Markdown, lunr.js (both
 * at test scope) searches it in the browser.
 */
package org.grokfast.tests.site;
