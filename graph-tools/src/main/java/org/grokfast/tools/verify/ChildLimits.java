package org.grokfast.tools.verify;

/**
 * What a child process may use.
 *
 * @param heapMegabytes its heap
 * @param timeoutSeconds after which it is killed
 */
public record ChildLimits(int heapMegabytes, int timeoutSeconds) {}
