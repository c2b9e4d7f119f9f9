package org.grokfast.models.analysis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;
import org.grokfast.models.analysis.graph.ParameterLayout;
import org.grokfast.models.analysis.graph.ParameterLayout.Parameter;
import org.grokfast.tensorflow.checkpoint.CheckpointIndex;
import org.tensorflow.proto.DataType;

/** Adam's second moments in a checkpoint, read without a graph that has the optimizer. */
final class StoredMoments {
  private static final String SUFFIX = "-second_moment";

  private StoredMoments() {}

  /**
   * Reads them.
   *
   * @param prefix the path of the checkpoint's files without their endings
   * @return in the order of the layout; nothing if the checkpoint lacks one of them
   */
  static Optional<double[]> read(Path prefix, ParameterLayout layout) {
    CheckpointIndex index = CheckpointIndex.read(prefix);
    double[] moments = new double[layout.size()];
    for (Parameter parameter : layout.parameters()) {
      String ending = "/" + parameter.name().replace('/', '.') + SUFFIX;
      Optional<CheckpointIndex.Tensor> stored =
          index.tensors().entrySet().stream()
              .filter(entry -> entry.getKey().endsWith(ending))
              .map(java.util.Map.Entry::getValue)
              .filter(tensor -> tensor.dtype() == DataType.DT_FLOAT)
              .filter(tensor -> tensor.bytes().size() == 4L * parameter.size())
              .findFirst();
      if (stored.isEmpty()) {
        return Optional.empty();
      }
      copy(index, stored.get().bytes(), moments, parameter);
    }
    return Optional.of(moments);
  }

  private static void copy(
      CheckpointIndex index,
      CheckpointIndex.ByteRange range,
      double[] target,
      Parameter parameter) {
    Path file = index.shard(range.shard());
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(range.size())).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel = FileChannel.open(file)) {
      long at = range.offset();
      while (bytes.hasRemaining()) {
        int read = channel.read(bytes, at);
        if (read < 0) {
          throw new IOException("it ends within " + parameter.name() + SUFFIX);
        }
        at += read;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
    bytes.flip();
    for (int i = 0; i < parameter.size(); i++) {
      target[parameter.offset() + i] = bytes.getFloat();
    }
  }
}
