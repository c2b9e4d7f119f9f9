package org.grokfast.tools.verify;

/**
 * What a child process may use.
 *
 * @param heapMegabytes its Java heap
 * @param timeoutSeconds after which it is killed
 * @param memoryMegabytes its address space: heap, libraries and tensors together
 * @param fileMegabytes the largest file that it may write
 */
public record ChildLimits(
    int heapMegabytes, int timeoutSeconds, int memoryMegabytes, int fileMegabytes) {
  /** What the options are by default. */
  public static final ChildLimits DEFAULT = new ChildLimits(2048, 300, 32_768, 4_096);
}
