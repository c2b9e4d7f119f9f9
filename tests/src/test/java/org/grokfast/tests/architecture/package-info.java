/** What the build says of the shape of the code: rows of packages, circles, API, sizes. */
package org.grokfast.tests.architecture;
