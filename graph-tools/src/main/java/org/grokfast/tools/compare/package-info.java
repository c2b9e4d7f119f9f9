/**
 * The verbs that train a task many times: {@code compare} for several settings and seeds, {@code
 * tune} for a search.
 *
 * <p>Place in the flow: plans runs, has {@code runs} make each in a process of its own, and reports
 * what {@code org.grokfast.models.comparison} and {@code tuning} make of them.
 *
 * <p>Limits: one machine; a folder belongs to one comparison or search at a time.
 */
package org.grokfast.tools.compare;
