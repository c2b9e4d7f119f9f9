/**
 * What holds beyond any one machine's memory: graphs whose variables nobody allocates, hundreds of
 * parameter servers, and the figures of docs/scale.md, computed from measured ones. At the end of
 * the flow.
 */
package org.grokfast.tests.scale;
