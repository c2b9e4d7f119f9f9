package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gradients;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;

/** What {@code verify} proves of the tensor that a filter stands on; starts a child process. */
@Tag("native")
class GradientProofTest {
  @TempDir Path folder;

  /** What the optimizer takes, made of the gradient. */
  private interface Step {
    Operand<TFloat32> of(Ops tf, Variable<TFloat32> w, Operand<TFloat32> gradient);
  }

  /** A regression whose optimizer takes something of the gradient. */
  private Path graph(Step step) throws IOException {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Placeholder<TFloat32> x =
          tf.withName("x").placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, 3)));
      Ops init = tf.withInitScope();
      Variable<TFloat32> w = init.withName("w").variable(Shape.of(3, 2), TFloat32.class);
      init.assign(w, init.constant(new float[][] {{0.5f, 1}, {-1f, 0.3f}, {2f, -0.7f}}));
      Operand<TFloat32> y = tf.math.tanh(tf.linalg.matMul(x, tf.identity(w)));
      Operand<TFloat32> error =
          tf.math.squaredDifference(y, tf.expandDims(tf.sum(x, tf.array(1)), tf.constant(1)));
      Operand<TFloat32> loss = tf.withName("loss").math.mean(error, tf.array(0, 1));
      Gradients gradients = Gradients.create(tf.scope(), loss, java.util.List.of(w));
      Operand<TFloat32> taken = step.of(tf, w, gradients.dy(0));
      tf.withName("train").train.applyGradientDescent(w, tf.constant(0.1f), taken);
      return Files.write(folder.resolve("model.pb"), graph.toGraphDef().toByteArray());
    }
  }

  private JsonNode proof(Path original, int code, Object... options) {
    Path filtered = folder.resolve("filtered.pb");
    assertThat(Invocation.of("rewrite", original, "-o", filtered).code()).isZero();
    Object[] words = new Object[options.length + 6];
    System.arraycopy(
        new Object[] {"verify", original, filtered, "--steps", 3, "--json"}, 0, words, 0, 6);
    System.arraycopy(options, 0, words, 6, options.length);
    Invocation run = Invocation.of(words);
    assertThat(run.code()).as(run.err() + run.out()).isEqualTo(code);
    return Schemas.parse("verify", run.out()).path("proofs").path(0);
  }

  @Test
  void aGradientIsProvedToBeThatOfTheLoss() throws IOException {
    JsonNode proof = proof(graph((tf, w, g) -> g), 0);
    assertThat(proof.path("verdict").asText()).isEqualTo("gradient");
    assertThat(proof.path("loss").asText()).isEqualTo("loss");
    assertThat(proof.path("deviation").asDouble()).isLessThan(1e-3);
  }

  @Test
  void aScaledGradientIsProportionalWithItsFactor() throws IOException {
    JsonNode proof = proof(graph((tf, w, g) -> tf.math.mul(g, tf.constant(128f))), 0);
    assertThat(proof.path("verdict").asText()).isEqualTo("proportional");
    assertThat(proof.path("factor").asDouble()).isBetween(127.5, 128.5);
  }

  @Test
  void aNormThatAChoiceBoundsMakesTheFactorMove() throws IOException {
    JsonNode proof =
        proof(
            graph(
                (tf, w, g) -> {
                  Operand<TFloat32> norm = tf.math.sqrt(tf.sum(tf.math.square(g), tf.array(0, 1)));
                  return tf.select(
                      tf.math.greater(norm, tf.constant(0.25f)),
                      tf.math.div(g, tf.math.mul(norm, tf.constant(4f))),
                      g);
                }),
            0);
    assertThat(proof.path("verdict").asText()).isEqualTo("proportional");
    assertThat(proof.path("text").asText()).contains("as a norm is clipped");
  }

  @Test
  void aFilterBehindASignIsFoundAndTheSignIsNamed() throws IOException {
    JsonNode proof = proof(graph((tf, w, g) -> tf.withName("sign").math.sign(g)), 1);
    assertThat(proof.path("verdict").asText()).isEqualTo("other");
    assertThat(proof.path("text").asText())
        .contains("is not the gradient of 'loss', off by", "Sign 'sign'");
  }

  @Test
  void aFilterBehindAMomentIsFound() throws IOException {
    JsonNode proof =
        proof(
            graph(
                (tf, w, g) -> {
                  Ops init = tf.withInitScope();
                  Variable<TFloat32> m =
                      init.withName("m").variable(Shape.of(3, 2), TFloat32.class);
                  init.assign(m, init.zeros(init.constant(new int[] {3, 2}), TFloat32.class));
                  return tf.assign(
                      m,
                      tf.math.add(
                          tf.math.mul(tf.identity(m), tf.constant(0.9f)),
                          tf.math.mul(g, tf.constant(0.1f))));
                }),
            1);
    assertThat(proof.path("verdict").asText()).isEqualTo("other");
  }

  @Test
  void aFilterBehindCoupledDecayIsFound() throws IOException {
    JsonNode proof =
        proof(
            graph((tf, w, g) -> tf.math.add(g, tf.math.mul(tf.identity(w), tf.constant(0.01f)))),
            1);
    assertThat(proof.path("verdict").asText()).isEqualTo("other");
  }

  @Test
  void aScaleThatMovesIsFound() throws IOException {
    JsonNode proof =
        proof(
            graph(
                (tf, w, g) -> {
                  Ops init = tf.withInitScope();
                  Variable<TFloat32> scale =
                      init.withName("scale").variable(Shape.scalar(), TFloat32.class);
                  init.assign(scale, init.constant(64f));
                  return tf.math.mul(g, tf.assignAdd(scale, tf.constant(64f)));
                }),
            1);
    assertThat(proof.path("verdict").asText()).isEqualTo("other");
    assertThat(proof.path("text").asText()).contains("the factor moves from 128.0 to 256.0");
  }

  @Test
  void randomNumbersInTheLossLeaveItUndecided() throws IOException {
    JsonNode proof =
        proof(
            graph(
                (tf, w, g) -> {
                  Operand<TFloat32> noise =
                      tf.random.randomUniform(tf.constant(new int[] {3, 2}), TFloat32.class);
                  Operand<TFloat32> loss =
                      tf.withName("noisy")
                          .math
                          .mean(tf.math.mul(tf.identity(w), noise), tf.array(0, 1));
                  return Gradients.create(tf.scope(), loss, java.util.List.of(w)).dy(0);
                }),
            0,
            "--loss",
            "noisy");
    assertThat(proof.path("verdict").asText()).isEqualTo("undecided");
    assertThat(proof.path("text").asText()).contains("it draws random numbers");
  }

  @Test
  void rewriteProvesBeforeItWritesAndRefusesASign() throws IOException {
    Path out = folder.resolve("out.pb");
    Invocation refused =
        Invocation.of("rewrite", graph((tf, w, g) -> tf.math.sign(g)), "-o", out, "--prove");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("'w'", "is not the gradient of 'loss'");
    assertThat(out).doesNotExist();
    assertThat(Invocation.of("rewrite", graph((tf, w, g) -> g), "-o", out, "--prove").code())
        .isZero();
    assertThat(out).exists();
  }

  @Test
  void anUnknownLossIsNamedInTheError() throws IOException {
    Path original = graph((tf, w, g) -> g);
    Path filtered = folder.resolve("filtered.pb");
    assertThat(Invocation.of("rewrite", original, "-o", filtered).code()).isZero();
    Invocation run = Invocation.of("verify", original, filtered, "--loss", "nope");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("--loss: there is no node 'nope'");
  }
}
