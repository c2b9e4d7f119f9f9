/**
 * Runs of one task with several settings, side by side: what an arm is, where its runs lie, what is
 * read from them, and the statistics over seeds.
 *
 * <p>Place in the flow: above {@code training}, whose output folders it reads; below the command
 * line, which starts the runs. It starts no process and trains nothing itself.
 *
 * <p>Limits: intervals over a handful of seeds are rough, whatever the method.
 */
package org.grokfast.models.comparison;
