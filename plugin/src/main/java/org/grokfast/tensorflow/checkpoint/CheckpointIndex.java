package org.grokfast.tensorflow.checkpoint;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.grokfast.io.GraphFileException;
import org.grokfast.io.InputBytes;
import org.grokfast.io.Quote;
import org.grokfast.io.ReadLimits;
import org.grokfast.tensorflow.file.check.ShapeCheck;
import org.tensorflow.proto.BundleEntryProto;
import org.tensorflow.proto.BundleHeaderProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorShapeProto;

/**
 * What a TensorFlow checkpoint (format V2) holds, read from its {@code <prefix>.index} without the
 * values.
 *
 * @param prefix the path of the checkpoint without {@code .index}
 * @param shards how many data files it has
 * @param tensors what is stored, by name, in the order of the names' bytes; unmodifiable
 */
public record CheckpointIndex(Path prefix, int shards, Map<String, Tensor> tensors) {
  private static final String SUFFIX = ".index";
  private static final int MOST_SHARDS = 99_999;

  /**
   * One stored tensor.
   *
   * @param dtype its element type; {@code UNRECOGNIZED} for one that is newer than this library
   * @param shape its dimensions; empty for a scalar
   * @param bytes where its bytes are
   * @param partitioned whether it is stored in slices, which have entries of their own that are not
   *     listed; its range is then empty
   */
  public record Tensor(DataType dtype, List<Long> shape, ByteRange bytes, boolean partitioned) {}

  /**
   * Where the bytes of a tensor are.
   *
   * @param shard the number of the data file, from 0
   * @param offset the first byte in it
   * @param size the number of bytes
   */
  public record ByteRange(int shard, long offset, long size) {}

  /** Reads an index within the default limits. */
  public static CheckpointIndex read(Path path) {
    return read(path, ReadLimits.DEFAULTS);
  }

  /**
   * Reads an index.
   *
   * @param path the {@code .index} file, or the prefix, which is the path without it
   * @throws GraphFileException if it can't be read, is damaged or breaks a limit
   */
  public static CheckpointIndex read(Path path, ReadLimits limits) {
    String name = String.valueOf(path.getFileName());
    Path index = name.endsWith(SUFFIX) ? path : path.resolveSibling(name + SUFFIX);
    if (!Files.exists(index) && Files.exists(path)) {
      throw new GraphFileException(
          path
              + ": not the index of a checkpoint, and there is no "
              + index
              + ". Give the file <prefix>.index of a TensorFlow checkpoint.");
    }
    byte[] bytes = new InputBytes(limits).of(index);
    String indexName = String.valueOf(index.getFileName());
    Path prefix =
        index.resolveSibling(indexName.substring(0, indexName.length() - SUFFIX.length()));
    Listing listing = new Listing(index.toString());
    new TableReader(index.toString(), bytes).forEach(listing::add);
    return listing.finish(prefix);
  }

  /** The path of a data file. */
  public Path shard(int number) {
    return prefix.resolveSibling(
        String.format(Locale.ROOT, "%s.data-%05d-of-%05d", prefix.getFileName(), number, shards));
  }

  /**
   * Checks that the data files exist and are long enough for what the index says they hold.
   *
   * @throws GraphFileException naming the file, and the tensor that reaches beyond its end
   */
  public void checkShards() {
    long[] sizes = new long[shards];
    for (int i = 0; i < shards; i++) {
      try {
        if (!Files.isRegularFile(shard(i))) {
          throw InputBytes.missing(shard(i));
        }
        sizes[i] = Files.size(shard(i));
      } catch (IOException e) {
        throw InputBytes.unreadable(shard(i).toString(), e);
      }
    }
    tensors.forEach(
        (name, tensor) -> {
          ByteRange bytes = tensor.bytes();
          if (bytes.offset() + bytes.size() > sizes[bytes.shard()]) {
            throw new GraphFileException(
                shard(bytes.shard())
                    + ": has "
                    + sizes[bytes.shard()]
                    + " bytes, but tensor "
                    + Quote.name(name)
                    + " ends at "
                    + (bytes.offset() + bytes.size())
                    + ". The file is cut off: restore it from a copy.");
          }
        });
  }

  /** Collects the entries of a table. */
  private static final class Listing {
    private final String source;
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private int shards;

    Listing(String source) {
      this.source = source;
    }

    void add(byte[] key, byte[] value) {
      String name = new String(key, StandardCharsets.UTF_8);
      try {
        if (key.length == 0) {
          header(BundleHeaderProto.parseFrom(value));
        } else if (key[0] != 0) {
          tensors.put(name, tensor(name, BundleEntryProto.parseFrom(value)));
        }
        // A key that starts with a zero byte is a slice of a partitioned tensor.
      } catch (InvalidProtocolBufferException e) {
        throw new GraphFileException(
            source
                + ": the entry "
                + Quote.name(name)
                + " is damaged: "
                + e.getMessage()
                + " Restore the checkpoint from a copy.",
            e);
      }
    }

    private void header(BundleHeaderProto header) {
      shards = header.getNumShards();
      if (shards < 0 || shards > MOST_SHARDS) {
        throw new GraphFileException(
            source + ": announces " + shards + " data files. Restore the checkpoint from a copy.");
      }
    }

    private Tensor tensor(String name, BundleEntryProto entry) {
      long offset = entry.getOffset();
      long size = entry.getSize();
      int shard = entry.getShardId();
      if (shard < 0 || shard >= shards || offset < 0 || size < 0 || offset + size < 0) {
        throw new GraphFileException(
            source
                + ": tensor "
                + Quote.name(name)
                + " is said to be in data file "
                + shard
                + " of "
                + shards
                + " at "
                + offset
                + " with "
                + size
                + " bytes, which can't be. Restore the checkpoint from a copy.");
      }
      ShapeCheck.fault(entry.getShape())
          .ifPresent(
              fault -> {
                throw new GraphFileException(
                    source + ": tensor " + Quote.name(name) + ": " + fault + ".");
              });
      return new Tensor(
          entry.getDtype(),
          entry.getShape().getDimList().stream().map(TensorShapeProto.Dim::getSize).toList(),
          new ByteRange(shard, offset, size),
          entry.getSlicesCount() > 0);
    }

    CheckpointIndex finish(Path prefix) {
      if (shards == 0 && !tensors.isEmpty()) {
        throw new GraphFileException(
            source + ": the table has no checkpoint header. Give the .index of a checkpoint.");
      }
      return new CheckpointIndex(prefix, shards, Collections.unmodifiableMap(tensors));
    }
  }
}
