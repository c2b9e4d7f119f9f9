/**
 * What strangers get: published POMs, the bill of materials, and a program that depends on them. At
 * the end of the flow; nothing here knows graphs. Needs the jars of a build ({@code mvn verify}).
 */
package org.grokfast.tests.packaging;
