/** Damaged graphs: whatever a file holds, it is rewritten soundly or refused with a reason. */
package org.grokfast.tests.fuzz;
