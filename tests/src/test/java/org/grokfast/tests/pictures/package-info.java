/** Pictures of the documentation, drawn from what is recorded or compiled. */
package org.grokfast.tests.pictures;
