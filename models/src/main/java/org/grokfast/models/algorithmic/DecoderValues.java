package org.grokfast.models.algorithmic;

import org.grokfast.models.layers.InitialValues;
import org.grokfast.models.random.TorchRandom;

/** The initial values of a decoder, drawn in the order in which the reference constructs it. */
final class DecoderValues {
  private DecoderValues() {}

  static InitialValues draw(DecoderShape shape, TorchRandom random) {
    int width = shape.width();
    InitialValues values = new InitialValues(random);
    values.embedding("token_embeddings", shape.tokens(), width);
    values.embedding("position_embeddings", shape.positions(), width);
    for (int i = 0; i < shape.blocks(); i++) {
      String block = "layers/" + i;
      // torch.nn.MultiheadAttention draws its output first, and a bias that it then sets to 0.
      values.linear(block + "/attention/out_projection", width, width);
      double xavier = Math.sqrt(6.0 / (width + 3 * width));
      values.matrix(block + "/attention/in_projection", width, 3 * width, xavier);
      values.linear(block + "/mlp/expand", width, Block.EXPANSION * width);
      values.linear(block + "/mlp/contract", Block.EXPANSION * width, width);
    }
    values.linearWithoutBias("head", width, shape.tokens());
    return values;
  }
}
