package org.grokfast.onnx.file;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.grokfast.io.AtomicOutput;
import org.grokfast.io.FolderKind;
import org.grokfast.io.GraphFileException;
import org.grokfast.io.InputBytes;
import org.grokfast.io.Overwrite;
import org.grokfast.io.ReadLimits;
import org.grokfast.onnx.graph.RuntimeOps;

/**
 * The artifacts of ONNX Runtime's on-device training: a folder with a training model, an optimizer
 * model, a checkpoint and, where there is one, an eval model, which the runtime needs for no step
 * of training. The optimizer model, like anything else in the folder, is carried over as it is.
 * Immutable.
 *
 * @param folder where they were read
 * @param training {@code training_model.onnx}
 * @param eval {@code eval_model.onnx}; empty if the folder has none
 * @param checkpoint {@code checkpoint}
 */
public record OrtArtifacts(
    Path folder, OnnxFile training, Optional<OnnxFile> eval, Checkpoint checkpoint) {
  /** The file of the training model. */
  public static final String TRAINING = "training_model.onnx";

  /** The file of the eval model. */
  public static final String EVAL = "eval_model.onnx";

  /** The file of the optimizer model. */
  public static final String OPTIMIZER = "optimizer_model.onnx";

  /** The file of the checkpoint. */
  public static final String CHECKPOINT = "checkpoint";

  /** The kind of folder. */
  public static final FolderKind KIND =
      new FolderKind("a folder of ONNX Runtime artifacts", OrtArtifacts::isFolder);

  /** What a step of training needs. */
  private static final List<String> REQUIRED = List.of(TRAINING, OPTIMIZER, CHECKPOINT);

  private static final String AGAIN =
      ". Write the artifacts again with onnxruntime.training.artifacts.generate_artifacts.";

  private static final Set<String> WRITTEN = Set.of(TRAINING, EVAL, CHECKPOINT);

  /** Whether a folder holds artifacts. */
  public static boolean isFolder(Path folder) {
    return Files.exists(folder.resolve(TRAINING)) && Files.exists(folder.resolve(CHECKPOINT));
  }

  /**
   * What a folder is that {@link #isFolder} does not take for artifacts but whose files are named
   * like them, and what to do; empty if no file is.
   */
  public static Optional<String> explain(Path folder) {
    List<String> models = List.of(TRAINING, EVAL, OPTIMIZER);
    for (String name : models) {
      String converted = name.replace(".onnx", ".ort");
      if (Files.exists(folder.resolve(converted)) && !Files.exists(folder.resolve(name))) {
        return Optional.of(
            "this folder holds ONNX Runtime's artifacts in its own format ("
                + converted
                + "), which can't be rewritten. Give the folder with the .onnx models that they"
                + " were converted from, and convert the result.");
      }
    }
    if (models.stream().noneMatch(name -> Files.exists(folder.resolve(name)))) {
      return Optional.empty();
    }
    String missing =
        REQUIRED.stream()
            .filter(name -> !Files.exists(folder.resolve(name)))
            .collect(Collectors.joining(" and no "));
    return Optional.of(
        "this folder holds artifacts of ONNX Runtime training, but no " + missing + AGAIN);
  }

  /**
   * Reads and checks the artifacts of a folder.
   *
   * @throws GraphFileException if one is missing, can't be read or is malformed
   */
  public static OrtArtifacts read(Path folder, ReadLimits limits) {
    if (Files.isDirectory(folder.resolve(CHECKPOINT))) {
      throw new GraphFileException(
          folder
              + ": the checkpoint is a folder, as ONNX Runtime 1.15 and before wrote it. Write the"
              + " artifacts again with ONNX Runtime 1.16 or later.");
    }
    List<String> needed = new ArrayList<>(REQUIRED);
    boolean evaluates = Files.exists(folder.resolve(EVAL), LinkOption.NOFOLLOW_LINKS);
    if (evaluates) {
      needed.add(EVAL);
    }
    for (String name : needed) {
      Path file = folder.resolve(name);
      if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        throw new GraphFileException(folder + ": the artifact " + name + " is missing" + AGAIN);
      }
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        throw new GraphFileException(
            folder + ": the artifact " + name + " is no regular file" + AGAIN);
      }
    }
    OnnxReader reader = new OnnxReader(limits);
    OnnxFile training = reader.read(folder.resolve(TRAINING));
    OnnxValidator.validate(training);
    Optional<OnnxFile> eval =
        evaluates ? Optional.of(reader.read(folder.resolve(EVAL))) : Optional.empty();
    eval.ifPresent(OnnxValidator::validate);
    Path checkpoint = folder.resolve(CHECKPOINT);
    return new OrtArtifacts(
        folder,
        training,
        eval,
        Checkpoint.read(new InputBytes(limits).of(checkpoint), checkpoint.toString()));
  }

  /**
   * The op by which the optimizer model clips the gradients that it takes from the buffers, if it
   * does. The filter stands in the training model, and so before it.
   *
   * @throws GraphFileException if the optimizer model can't be read
   */
  public Optional<String> clipping() {
    Path file = folder.resolve(OPTIMIZER);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    return new OnnxReader(ReadLimits.DEFAULTS)
        .read(file).model().getGraph().getNodeList().stream()
            .map(NodeProto::getOpType)
            .filter(RuntimeOps.CLIPPING::equals)
            .findFirst();
  }

  /**
   * Writes a folder with these artifacts and all else that is in the folder they were read from.
   *
   * @throws GraphFileException if the output may not be replaced or can't be written
   */
  public void write(Path target, Overwrite overwrite) {
    new AtomicOutput(target, overwrite)
        .writeFolder(
            KIND,
            place -> {
              copyRest(place);
              bytes(place.resolve(TRAINING), training.model().toByteArray());
              if (eval.isPresent()) {
                bytes(place.resolve(EVAL), eval.get().model().toByteArray());
              }
              bytes(place.resolve(CHECKPOINT), checkpoint.toBytes());
            });
  }

  private void copyRest(Path place) throws IOException {
    try (var files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files.sorted()::iterator) {
        if (WRITTEN.contains(file.getFileName().toString())) {
          continue;
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          throw new GraphFileException(
              file
                  + ": no regular file, so it can't be copied with the artifacts. Remove it from"
                  + " the folder.");
        }
        Files.copy(file, place.resolve(file.getFileName().toString()));
      }
    }
  }

  private static void bytes(Path file, byte[] content) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(content);
    }
  }
}
