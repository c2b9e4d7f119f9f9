/** The facade. */
package org.grokfast;
