/**
 * What the pages of reports are put together from: pieces of HTML, and links by which a reader
 * saves the figures and tables that a page holds.
 *
 * <p>Place in the flow: at the bottom; {@code comparison} and {@code analysis.files} write their
 * pages with it.
 *
 * <p>Limits: no templates and no style; each page has its own.
 */
package org.grokfast.models.page;
