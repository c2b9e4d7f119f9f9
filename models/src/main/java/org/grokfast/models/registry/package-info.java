/**
 * The list of all tasks.
 *
 * <p>Place in the flow: above the tasks, below the command line. It finds them by {@link
 * java.util.ServiceLoader}: a new task is one more line in the {@code META-INF/services} of its
 * jar.
 *
 * <p>Limits: knows no data; a task reads its own when it is made.
 */
package org.grokfast.models.registry;
