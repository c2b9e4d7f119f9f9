/** The Java of the documentation, compiled and run; pages show parts of it. */
package org.example.guide;
