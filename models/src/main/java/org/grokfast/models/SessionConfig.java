package org.grokfast.models;

import org.tensorflow.proto.ConfigProto;

/** How sessions run here. */
public final class SessionConfig {
  private SessionConfig() {}

  /**
   * One operation after the other, each on some threads; the first session of a process decides for
   * all.
   *
   * @param threads the number of threads within an operation
   */
  public static ConfigProto oneByOne(int threads) {
    return ConfigProto.newBuilder()
        .setIntraOpParallelismThreads(threads)
        .setInterOpParallelismThreads(1)
        .build();
  }
}
