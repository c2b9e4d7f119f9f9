package org.grokfast.io;

/**
 * How much an input may hold before it is refused. The message of a refusal names the number found,
 * the limit and the command line's option that raises it.
 *
 * @param maxBytes size of a file or stream ({@code --max-bytes}); checked before reading
 * @param maxDepth nesting of protobuf messages ({@code --max-depth})
 * @param maxNodes nodes in all graphs and function bodies together ({@code --max-nodes})
 * @param maxFunctions functions in all libraries together ({@code --max-functions})
 * @param maxAttributes attributes of one node ({@code --max-attributes})
 */
public record ReadLimits(
    long maxBytes, int maxDepth, int maxNodes, int maxFunctions, int maxAttributes) {

  /** Protobuf's own limit: 2 GiB − 1. */
  public static final long DEFAULT_MAX_BYTES = Integer.MAX_VALUE;

  /** Protobuf's default recursion limit. */
  public static final int DEFAULT_MAX_DEPTH = 100;

  /** Ten times the largest training graphs seen in practice. */
  public static final int DEFAULT_MAX_NODES = 5_000_000;

  /** Far above the few thousand functions of a large exported model. */
  public static final int DEFAULT_MAX_FUNCTIONS = 100_000;

  /** Ops have at most a few dozen attributes. */
  public static final int DEFAULT_MAX_ATTRIBUTES = 1_000;

  /** The defaults above. */
  public static final ReadLimits DEFAULTS =
      new ReadLimits(
          DEFAULT_MAX_BYTES,
          DEFAULT_MAX_DEPTH,
          DEFAULT_MAX_NODES,
          DEFAULT_MAX_FUNCTIONS,
          DEFAULT_MAX_ATTRIBUTES);

  /** The longest array that a JVM is sure to allocate; what is read has to fit into one. */
  public static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

  /**
   * @throws IllegalArgumentException if a limit is not positive
   */
  public ReadLimits {
    positive("maxBytes", maxBytes);
    positive("maxDepth", maxDepth);
    positive("maxNodes", maxNodes);
    positive("maxFunctions", maxFunctions);
    positive("maxAttributes", maxAttributes);
  }

  /** A builder that starts from {@link #DEFAULTS}. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Refuses a size in bytes that was found before reading.
   *
   * @throws GraphFileException if it is above the limit
   */
  public void checkBytes(String source, long size) {
    if (size > maxBytes) {
      throw new GraphFileException(
          source
              + ": "
              + size
              + " bytes are more than the limit of "
              + maxBytes
              + ". Raise it with --max-bytes if the file is trusted.");
    }
    if (size > MAX_ARRAY) {
      throw new GraphFileException(
          source
              + ": "
              + size
              + " bytes are more than the 2 GiB that a protobuf message can have. Keep large"
              + " constants in variables (TensorFlow) or in external data (ONNX) instead of in the"
              + " graph.");
    }
  }

  private static void positive(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " must be positive, was " + value);
    }
  }

  /** Builds {@link ReadLimits}. */
  public static final class Builder {
    private long maxBytes = DEFAULT_MAX_BYTES;
    private int maxDepth = DEFAULT_MAX_DEPTH;
    private int maxNodes = DEFAULT_MAX_NODES;
    private int maxFunctions = DEFAULT_MAX_FUNCTIONS;
    private int maxAttributes = DEFAULT_MAX_ATTRIBUTES;

    private Builder() {}

    /** Size of a file or stream in bytes; positive. */
    public Builder maxBytes(long bytes) {
      maxBytes = bytes;
      return this;
    }

    /** Nesting of protobuf messages; positive. */
    public Builder maxDepth(int depth) {
      maxDepth = depth;
      return this;
    }

    /** Nodes in all graphs and function bodies together; positive. */
    public Builder maxNodes(int nodes) {
      maxNodes = nodes;
      return this;
    }

    /** Functions in all libraries together; positive. */
    public Builder maxFunctions(int functions) {
      maxFunctions = functions;
      return this;
    }

    /** Attributes of one node; positive. */
    public Builder maxAttributes(int attributes) {
      maxAttributes = attributes;
      return this;
    }

    /** The limits. */
    public ReadLimits build() {
      return new ReadLimits(maxBytes, maxDepth, maxNodes, maxFunctions, maxAttributes);
    }
  }
}
