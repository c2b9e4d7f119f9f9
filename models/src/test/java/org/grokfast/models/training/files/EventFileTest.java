package org.grokfast.models.training.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.Summary;

@Tag("native")
class EventFileTest {
  private static final int LENGTH_CHECKSUM = 4;
  private static final int DATA_CHECKSUM = 4;

  @TempDir private Path folder;

  @Test
  void everyNumberOfEveryRowIsInTheFile() throws IOException {
    try (EventFile file = new EventFile(folder)) {
      file.write(new MetricsRow(10, 4.5, 0.25, 4.75, 0.125, 0.001));
      file.write(new MetricsRow(20, 3.5, 0.5, 3.75, 0.375, 0.002));
    }
    assertThat(scalars())
        .containsExactlyInAnyOrder(
            "10 loss/train 4.5",
            "10 accuracy/train 0.25",
            "10 loss/validation 4.75",
            "10 accuracy/validation 0.125",
            "10 learning_rate 0.001",
            "20 loss/train 3.5",
            "20 accuracy/train 0.5",
            "20 loss/validation 3.75",
            "20 accuracy/validation 0.375",
            "20 learning_rate 0.002");
  }

  @Test
  void aMissingAccuracyIsLeftOut() throws IOException {
    try (EventFile file = new EventFile(folder)) {
      file.write(new MetricsRow(2, 1, Double.NaN, 2, Double.NaN, 0.5));
    }
    assertThat(scalars())
        .containsExactlyInAnyOrder(
            "2 loss/train 1.0", "2 loss/validation 2.0", "2 learning_rate 0.5");
  }

  @Test
  void whatProbesMeasuredStandsUnderTheirNames() throws IOException {
    try (EventFile file = new EventFile(folder, List.of("cosine", "cosine/w"))) {
      file.write(new MetricsRow(2, 1, 0.5, 2, 0.25, 0.5, probes(0.75, Double.NaN)));
      file.write(new MetricsRow(4, 1, 0.5, 2, 0.25, 0.5, probes(0.5, 1)));
    }
    assertThat(scalars())
        .filteredOn(line -> line.contains("probe"))
        .containsExactlyInAnyOrder(
            "2 probe/cosine 0.75", "4 probe/cosine 0.5", "4 probe/cosine/w 1.0");
  }

  private static Map<String, Double> probes(double total, double single) {
    Map<String, Double> probes = new LinkedHashMap<>();
    probes.put("cosine", total);
    probes.put("cosine/w", single);
    return probes;
  }

  /** The file's records: length, checksum, event, checksum. */
  private List<String> scalars() throws IOException {
    Path path;
    try (Stream<Path> files = Files.list(folder)) {
      path = files.findFirst().orElseThrow();
    }
    ByteBuffer records = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
    List<String> scalars = new ArrayList<>();
    while (records.hasRemaining()) {
      byte[] data = new byte[(int) records.getLong()];
      records.position(records.position() + LENGTH_CHECKSUM);
      records.get(data);
      records.position(records.position() + DATA_CHECKSUM);
      Event event = Event.parseFrom(data);
      for (Summary.Value value : event.getSummary().getValueList()) {
        scalars.add(event.getStep() + " " + value.getTag() + " " + value.getSimpleValue());
      }
    }
    return scalars;
  }
}
