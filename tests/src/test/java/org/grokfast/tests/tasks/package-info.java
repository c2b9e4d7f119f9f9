/** Tasks that another jar brings along. */
package org.grokfast.tests.tasks;
