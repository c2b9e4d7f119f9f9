package org.grokfast.tensorflow.live;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.grokfast.io.NearestName;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.NothingToRewriteException;
import org.grokfast.tensorflow.graph.Program;
import org.grokfast.tensorflow.graph.TensorName;
import org.grokfast.tensorflow.nodes.GraphParts;
import org.tensorflow.Operation;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;

/** Finds the op by which a signature of a SavedModel trains. */
public final class SignatureTrainOp {
  private final SavedModelBundle bundle;
  private final Map<String, SignatureDef> signatures;
  private final Program program;
  private final TrainOps trainOps;

  private SignatureTrainOp(SavedModelBundle bundle) {
    this.bundle = bundle;
    this.signatures = new TreeMap<>(bundle.metaGraphDef().getSignatureDefMap());
    this.program = Program.of(GraphParts.of(bundle.graph().toGraphDef()));
    this.trainOps = new TrainOps(program);
  }

  /**
   * The op that gives the outputs of a signature and makes its updates.
   *
   * @param bundle the SavedModel
   * @param signature the signature's name
   * @throws NothingToRewriteException if the signature runs no update
   * @throws GraphRewriteException if there is no such signature, or its outputs come from several
   *     ops that make updates
   */
  public static Operation of(SavedModelBundle bundle, String signature) {
    return new SignatureTrainOp(bundle).find(signature);
  }

  private Operation find(String signature) {
    if (signature == null || !signatures.containsKey(signature)) {
      throw new GraphRewriteException(
          "the SavedModel has no signature "
              + (signature == null ? "null" : "'" + signature + "'")
              + NearestName.of(String.valueOf(signature), signatures.keySet().stream())
                  .map(name -> "; did you mean '" + name + "'?")
                  .orElse("")
              + "; it has "
              + described());
    }
    List<String> ops = training(signatures.get(signature));
    if (ops.isEmpty()) {
      throw new NothingToRewriteException(
          "signature '"
              + signature
              + "' runs no update that can be filtered; the SavedModel has "
              + described());
    }
    if (ops.size() > 1) {
      throw new GraphRewriteException(
          "the outputs of signature '"
              + signature
              + "' come from several ops that train; wrap the one that is run: "
              + TrainOps.named("", ops));
    }
    return bundle.graph().operationOrThrow(ops.get(0));
  }

  /** The ops behind a signature's outputs that make updates, each once. */
  private List<String> training(SignatureDef signature) {
    return signature.getOutputsMap().values().stream()
        .map(TensorInfo::getName)
        .map(TensorName::nodeOf)
        .distinct()
        .filter(program.main()::has)
        .filter(trainOps::trains)
        .sorted()
        .toList();
  }

  private String described() {
    List<String> all =
        signatures.entrySet().stream()
            .map(
                e -> "'" + e.getKey() + "'" + (training(e.getValue()).isEmpty() ? "" : " (trains)"))
            .toList();
    return all.isEmpty() ? "none" : String.join(", ", all);
  }
}
