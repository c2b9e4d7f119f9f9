package org.grokfast.models.saved;

import java.nio.file.Path;
import java.util.Collection;
import java.util.TreeSet;
import org.grokfast.models.TrainingException;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;

/** Looks up what a task needs of a SavedModel's signatures. */
final class SavedSignature {
  private SavedSignature() {}

  /**
   * The tensor of an output.
   *
   * @throws TrainingException if there is no such signature or output, or it is no float32 scalar
   */
  static String output(Path folder, MetaGraphDef meta, String signature, String output) {
    if (!meta.containsSignatureDef(signature)) {
      throw new TrainingException(
          folder
              + " has no signature '"
              + signature
              + "'; it has "
              + names(meta.getSignatureDefMap().keySet()));
    }
    SignatureDef found = meta.getSignatureDefOrThrow(signature);
    TensorInfo tensor = found.getOutputsMap().get(output);
    if (tensor == null) {
      throw new TrainingException(
          "signature '"
              + signature
              + "' of "
              + folder
              + " has no output '"
              + output
              + "'; it has "
              + names(found.getOutputsMap().keySet()));
    }
    boolean scalar =
        !tensor.getTensorShape().getUnknownRank() && tensor.getTensorShape().getDimCount() == 0;
    if (tensor.getDtype() != DataType.DT_FLOAT || !scalar) {
      throw new TrainingException(
          "output '"
              + output
              + "' of signature '"
              + signature
              + "' must be a float32 scalar, was "
              + tensor.getDtype()
              + (scalar ? "" : " of " + tensor.getTensorShape().getDimCount() + " dimensions"));
    }
    return tensor.getName();
  }

  static String names(Collection<String> names) {
    return String.join(", ", new TreeSet<>(names));
  }
}
