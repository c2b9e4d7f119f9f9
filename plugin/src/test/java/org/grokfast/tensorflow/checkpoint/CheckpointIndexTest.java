package org.grokfast.tensorflow.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.grokfast.io.GraphFileException;
import org.grokfast.tensorflow.checkpoint.CheckpointIndex.ByteRange;
import org.grokfast.tensorflow.checkpoint.CheckpointIndex.Tensor;
import org.grokfast.tensorflow.file.Fixtures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.DataType;

class CheckpointIndexTest {
  @TempDir Path folder;

  @Test
  void listsWhatTensorFlowSaved() {
    CheckpointIndex index = CheckpointIndex.read(Fixtures.path("checkpoint/model.index"));

    assertThat(index.shards()).isEqualTo(1);
    assertThat(index.tensors())
        .containsOnlyKeys("beta1_power", "beta2_power", "w", "w/Adam", "w/Adam_1")
        .containsEntry(
            "beta1_power", new Tensor(DataType.DT_FLOAT, List.of(), new ByteRange(0, 0, 4), false))
        .containsEntry(
            "w/Adam_1",
            new Tensor(DataType.DT_FLOAT, List.of(2L, 1L), new ByteRange(0, 24, 8), false));
    index.checkShards();
  }

  @Test
  void takesThePrefixInPlaceOfTheFile() {
    Path prefix =
        Fixtures.path("saved_model/variables/variables.index").resolveSibling("variables");

    CheckpointIndex index = CheckpointIndex.read(prefix);

    assertThat(index.prefix()).isEqualTo(prefix);
    assertThat(index.shard(0)).isRegularFile();
    assertThat(index.tensors()).containsKey("w/.ATTRIBUTES/VARIABLE_VALUE");
  }

  @Test
  void marksPartitionedTensorsAndDoesNotListTheirSlices() {
    CheckpointIndex index = CheckpointIndex.read(Fixtures.path("checkpoint/partitioned.index"));

    assertThat(index.tensors()).containsOnlyKeys("emb", "step");
    assertThat(index.tensors().get("emb"))
        .isEqualTo(new Tensor(DataType.DT_FLOAT, List.of(6L, 4L), new ByteRange(0, 0, 0), true));
    assertThat(index.tensors().get("step").dtype()).isEqualTo(DataType.DT_INT64);
    index.checkShards();
  }

  @Test
  void readsBlocksCompressedWithSnappy() throws IOException {
    byte[] plain = Fixtures.bytes("checkpoint/model.index");
    Path compressed = Files.write(folder.resolve("model.index"), compress(plain));

    assertThat(CheckpointIndex.read(compressed).tensors())
        .isEqualTo(CheckpointIndex.read(Fixtures.path("checkpoint/model.index")).tensors());
  }

  @Test
  void uncompressesLiteralsAndOverlappingCopies() throws Snappy.SnappyException {
    // 14 bytes: the literal "abc", a copy of 8 from 3 back, a copy of 3 with a two-byte offset 11.
    byte[] block = {14, 2 << 2, 'a', 'b', 'c', (8 - 4) << 2 | 1, 3, (3 - 1) << 2 | 2, 11, 0};

    assertThat(new String(Snappy.uncompress(block), StandardCharsets.US_ASCII))
        .isEqualTo("abcabcabcababc");
  }

  @Test
  void refusesCompressedBlocksThatLeadAstray() {
    assertThatThrownBy(() -> Snappy.uncompress(new byte[] {4, 1, 1}))
        .hasMessage("a copy in a compressed block leads out of it");
    assertThatThrownBy(() -> Snappy.uncompress(new byte[] {-1, -1, -1, -1, 7}))
        .hasMessage("a compressed block announces 2147483647 bytes");
    assertThatThrownBy(() -> Snappy.uncompress(new byte[] {4, 3 << 2, 'a'}))
        .hasMessage("a literal of a compressed block is too long");
  }

  @Test
  void saysWhereABlockIsCorrupt() throws IOException {
    byte[] bytes = Fixtures.bytes("checkpoint/model.index");
    bytes[20] ^= 1;
    Path index = Files.write(folder.resolve("model.index"), bytes);

    assertThatThrownBy(() -> CheckpointIndex.read(index))
        .isInstanceOf(GraphFileException.class)
        .hasMessage(
            index
                + ": corrupt at offset 0: the checksum of the block is wrong. Restore the"
                + " checkpoint from a copy.");
  }

  @Test
  void refusesAFileThatIsNoIndexOrIsCutOff() throws IOException {
    byte[] bytes = Fixtures.bytes("checkpoint/model.index");
    Path index = Files.write(folder.resolve("model.index"), Arrays.copyOf(bytes, 200));

    assertThatThrownBy(() -> CheckpointIndex.read(index))
        .hasMessage(
            index
                + ": not the index of a checkpoint, or one that is cut off. Give the file"
                + " <prefix>.index of a TensorFlow checkpoint.");
  }

  @Test
  void saysWhichTensorReachesBeyondItsDataFile() throws IOException {
    Path index = Files.copy(Fixtures.path("checkpoint/model.index"), folder.resolve("model.index"));
    Path data = folder.resolve("model.data-00000-of-00001");
    CheckpointIndex checkpoint = CheckpointIndex.read(index);

    assertThatThrownBy(checkpoint::checkShards)
        .hasMessageStartingWith(data + ": no such file or folder.");
    Files.write(data, new byte[31]);
    assertThatThrownBy(checkpoint::checkShards)
        .hasMessage(
            data
                + ": has 31 bytes, but tensor \"w/Adam_1\" ends at 32. The file is cut off: restore"
                + " it from a copy.");
  }

  /** Rewrites the table's data block and index block as Snappy blocks of one literal each. */
  private static byte[] compress(byte[] table) {
    ByteBuffer footer = ByteBuffer.wrap(table, table.length - 48, 48);
    varint(footer);
    varint(footer);
    int indexOffset = varint(footer);
    int indexSize = varint(footer);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    // The only data block starts at 0; its size is the last varint of the only index entry.
    ByteBuffer entry = ByteBuffer.wrap(table, indexOffset, indexSize);
    varint(entry);
    entry.position(indexOffset + 3 + table[indexOffset + 1]);
    varint(entry);
    byte[] data = Arrays.copyOfRange(table, 0, varint(entry));
    int dataSize = block(out, data);
    ByteArrayOutputStream index = new ByteArrayOutputStream();
    index.writeBytes(new byte[] {0, 1, 3, 'z', 0, (byte) ((dataSize & 127) | 128)});
    index.writeBytes(new byte[] {(byte) (dataSize >> 7), 0, 0, 0, 0, 1, 0, 0, 0});
    int newIndexOffset = out.size();
    int newIndexSize = block(out, index.toByteArray());
    ByteBuffer end = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
    end.put(new byte[] {0, 0, (byte) ((newIndexOffset & 127) | 128), (byte) (newIndexOffset >> 7)});
    end.put((byte) newIndexSize);
    end.putLong(40, 0xdb4775248b80fb57L);
    out.writeBytes(end.array());
    return out.toByteArray();
  }

  /** Writes a block with its trailer and returns its size without it. */
  private static int block(ByteArrayOutputStream out, byte[] plain) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    if (plain.length >= 128) {
      block.write((plain.length & 127) | 128);
    }
    block.write(plain.length >= 128 ? plain.length >> 7 : plain.length);
    block.write(60 << 2);
    block.write(plain.length - 1);
    block.writeBytes(plain);
    int size = block.size();
    block.write(1);
    CRC32C sum = new CRC32C();
    sum.update(block.toByteArray());
    int masked = Integer.rotateRight((int) sum.getValue(), 15) + 0xa282ead8;
    block.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(masked).array());
    out.writeBytes(block.toByteArray());
    return size;
  }

  private static int varint(ByteBuffer bytes) {
    int value = 0;
    int shift = 0;
    byte part;
    do {
      part = bytes.get();
      value |= (part & 127) << shift;
      shift += 7;
    } while (part < 0);
    return value;
  }
}
