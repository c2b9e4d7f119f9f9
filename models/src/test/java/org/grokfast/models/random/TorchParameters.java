package org.grokfast.models.random;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.grokfast.models.Floats;
import org.grokfast.models.task.TaskModel;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Compares the initial parameters of a model with PyTorch's. */
public final class TorchParameters {
  private TorchParameters() {}

  /**
   * Asserts that they are the same bit for bit.
   *
   * @param checksums the CRC-32 of each parameter by its name in PyTorch
   * @param names the names here by those there
   */
  public static void assertDrawn(TaskModel model, JsonNode checksums, Map<String, String> names) {
    assertThat(names).hasSameSizeAs(checksums.properties());
    try (Graph graph = new Graph()) {
      model.build(Ops.create(graph));
      try (Session session = new Session(graph)) {
        session.initialize();
        for (Map.Entry<String, JsonNode> parameter : checksums.properties()) {
          String name = parameter.getKey();
          assertThat(TorchGolden.crc32(values(session, names.get(name))))
              .as(name)
              .isEqualTo(parameter.getValue().longValue());
        }
      }
    }
  }

  /** In PyTorch's order, which keeps a layer's matrix transposed. */
  private static float[] values(Session session, String variable) {
    try (Result result = session.runner().fetch(variable).run()) {
      TFloat32 tensor = (TFloat32) result.get(0);
      float[] values = Floats.of(tensor);
      if (tensor.rank() == 1) {
        return values;
      }
      int rows = (int) tensor.shape().get(0);
      int columns = (int) tensor.shape().get(1);
      float[] turned = new float[values.length];
      for (int i = 0; i < values.length; i++) {
        turned[i % columns * rows + i / columns] = values[i];
      }
      return turned;
    }
  }
}
