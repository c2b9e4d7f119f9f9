/**
 * The files of an analysis: JSON, CSV, pictures and a page.
 *
 * <p>Place in the flow: above {@code analysis}, whose report they hold.
 *
 * <p>Limits: pictures show a sample of the quantities; the JSON and the CSV have all.
 */
package org.grokfast.models.analysis.files;
