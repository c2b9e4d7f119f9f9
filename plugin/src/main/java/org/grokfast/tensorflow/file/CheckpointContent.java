package org.grokfast.tensorflow.file;

import java.util.Optional;
import java.util.regex.Pattern;
import org.grokfast.tensorflow.checkpoint.TableReader;

/** Recognises the files of a checkpoint where a graph was expected. */
final class CheckpointContent {
  private static final Pattern SHARD_NAME = Pattern.compile(".*\\.data-\\d{5}-of-\\d{5}");

  private CheckpointContent() {}

  /** What is wrong and what to do, without the file's name; empty if nothing is recognised. */
  static Optional<String> of(byte[] bytes) {
    String field = TextForm.of(bytes).firstField();
    if (field.equals("model_checkpoint_path") || field.equals("all_model_checkpoint_paths")) {
      return Optional.of(
          "this is the text file that names the newest checkpoint, not a graph. Give the graph"
              + " beside it (.meta, .pb or a SavedModel folder).");
    }
    if (TableReader.hasMagic(bytes)) {
      return Optional.of(
          "this is the index of a checkpoint, which holds values and no graph. List them with"
              + " 'grokfast checkpoint', or give the graph that was trained (.pb, .pbtxt, .meta or a"
              + " SavedModel folder).");
    }
    return Optional.empty();
  }

  /** The message for a file that nothing else explains but that is named like a data shard. */
  static Optional<String> byName(String name) {
    if (SHARD_NAME.matcher(name).matches()) {
      return Optional.of(
          "this looks like the data of a checkpoint, which holds values and no graph. Give the"
              + " graph that was trained (.pb, .pbtxt, .meta or a SavedModel folder).");
    }
    return Optional.empty();
  }
}
