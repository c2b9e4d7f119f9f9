/**
 * The list of all tasks.
 *
 * <p>Place in the flow: above the tasks, below the command line. A new task is one more entry.
 *
 * <p>Limits: knows no data; a task reads its own when it is made.
 */
package org.grokfast.models.registry;
