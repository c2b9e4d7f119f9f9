package org.grokfast.onnx.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.grokfast.io.GraphFileException;
import org.grokfast.onnx.file.FlatTable.Field;
import org.grokfast.onnx.file.FlatTable.Kind;
import org.junit.jupiter.api.Test;

class CheckpointTest {
  private static final List<Field> MODULE =
      List.of(
          new Field("requires_grad_params", Kind.STRINGS),
          new Field("frozen_params", Kind.STRINGS),
          new Field("is_nominal_state", Kind.BOOL));
  private static final List<Field> ROOT =
      List.of(new Field("version", Kind.INT32), new Field("module_state", Kind.TABLE, MODULE));

  private static byte[] checkpoint(Integer version, FlatTable module) {
    return new FlatTable(ROOT).set(0, version).set(1, module).toBytes("ODTC");
  }

  private static void refused(byte[] bytes, String message) {
    assertThatThrownBy(() -> Checkpoint.read(bytes, "checkpoint"))
        .isInstanceOf(GraphFileException.class)
        .hasMessageStartingWith("checkpoint: ")
        .hasMessageContaining(message);
  }

  @Test
  void anotherVersionIsNamedWithTheOneThatIsKnown() {
    refused(
        checkpoint(3, new FlatTable(MODULE)),
        "field version of the checkpoint is 3, but 2 is the one that is known. Write the artifacts"
            + " with a release of ONNX Runtime that writes that one.");
    refused(checkpoint(null, new FlatTable(MODULE)), "field version of the checkpoint is 0, but 2");
  }

  @Test
  void aCheckpointWithoutParametersIsRefused() {
    String message =
        "field module_state of the checkpoint is missing or nominal, so there is nothing to train."
            + " Write the artifacts with nominal_checkpoint=False.";
    refused(checkpoint(2, null), message);
    refused(checkpoint(2, new FlatTable(MODULE).set(2, true)), message);
  }

  @Test
  void aFieldOfANewerKindIsRefusedRatherThanLost() {
    List<Field> newer = List.of(ROOT.get(0), ROOT.get(1), ROOT.get(0), ROOT.get(0), ROOT.get(0));
    byte[] bytes = new FlatTable(newer).set(0, 2).set(4, 7).toBytes("ODTC");
    refused(bytes, "damaged or of a newer kind: field 4 of a table is not known");
  }

  @Test
  void whatIsNoCheckpointIsNamed() {
    refused("\u0018\0\0\0ABCD\0\0".getBytes(StandardCharsets.ISO_8859_1), "no identifier ODTC");
    refused("\u0018\0\0\0ODTC\0\0".getBytes(StandardCharsets.ISO_8859_1), "damaged");
  }

  @Test
  void frozenTensorsAreAddedAndTakenOutAgain() {
    Checkpoint plain = Checkpoint.read(checkpoint(2, new FlatTable(MODULE)), "checkpoint");
    Checkpoint.Entry entry =
        new Checkpoint.Entry("state", 1, List.of(2L), ByteString.copyFrom(new byte[8]));
    Checkpoint more = Checkpoint.read(plain.withFrozen(List.of(entry)).toBytes(), "more");
    assertThat(more.frozen()).containsExactly(entry);
    assertThat(more.withoutFrozen(Set.of("state")).frozen()).isEmpty();
  }
}
