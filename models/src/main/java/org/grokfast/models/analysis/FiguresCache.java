package org.grokfast.models.analysis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.grokfast.models.training.files.AtomicFiles;
import org.grokfast.models.training.files.Checkpoints;

/**
 * The figures of the checkpoints that were analyzed before, so that an analysis that was stopped
 * goes on where it was. They are taken only for the same options and the same files.
 */
final class FiguresCache {
  /** Of the figures too: those that were computed otherwise are not taken. */
  private static final int FORMAT = 3;

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final Path folder;
  private final Map<String, String> options;

  FiguresCache(Path folder, AnalysisOptions options) {
    this.folder = folder;
    this.options = options.figures();
  }

  private Path file(Checkpoints.Loaded checkpoint) {
    return folder.resolve(String.format(Locale.ROOT, "step-%09d.json", checkpoint.state().step()));
  }

  private Map<String, Object> key(Checkpoints.Loaded checkpoint) {
    Map<String, Object> key = new LinkedHashMap<>();
    key.put("format", FORMAT);
    key.put("options", options);
    key.put("trajectory", checkpoint.state().trajectory());
    key.put("variables", identity(checkpoint));
    return key;
  }

  /** A file's length and time tell whether it's the one that was analyzed. */
  private static Map<String, String> identity(Checkpoints.Loaded checkpoint) {
    Map<String, String> identity = new TreeMap<>();
    Path index =
        checkpoint.variables().resolveSibling(checkpoint.variables().getFileName() + ".index");
    try {
      identity.put("length", Long.toString(Files.size(index)));
      identity.put("time", Files.getLastModifiedTime(index).toString());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + index, e);
    }
    return identity;
  }

  /** What was measured before; nothing if it was another checkpoint or with other options. */
  Optional<Figures> find(Checkpoints.Loaded checkpoint) {
    Path file = file(checkpoint);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      JsonNode root = JSON.readTree(file.toFile());
      if (!root.path("key").equals(JSON.readTree(JSON.writeValueAsBytes(key(checkpoint))))) {
        return Optional.empty();
      }
      return Optional.of(figures(root.path("figures")));
    } catch (IOException e) {
      // Not what was written: it's measured again.
      return Optional.empty();
    }
  }

  private static Figures figures(JsonNode node) {
    Map<String, Map<Quantity, Double>> layers = new LinkedHashMap<>();
    node.path("layers").forEach(layer -> layers.put(layer.path("name").asText(), values(layer)));
    return new Figures(node.path("step").asInt(), values(node), layers);
  }

  private static Map<Quantity, Double> values(JsonNode node) {
    Map<Quantity, Double> values = new EnumMap<>(Quantity.class);
    for (Quantity quantity : Quantity.values()) {
      JsonNode value = node.path(quantity.key());
      if (value.isNumber()) {
        values.put(quantity, value.asDouble());
      }
    }
    return values;
  }

  void save(Checkpoints.Loaded checkpoint, Figures figures) {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("key", key(checkpoint));
    root.put("figures", figures.toMap());
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the folder " + folder, e);
    }
    AtomicFiles.replaceBytes(file(checkpoint), out -> out.write(JSON.writeValueAsBytes(root)));
  }
}
