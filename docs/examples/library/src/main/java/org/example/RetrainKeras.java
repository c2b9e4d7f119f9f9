package org.example;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.grokfast.Grokfast;
import org.grokfast.filter.Ema;
import org.grokfast.tensorflow.live.WrappedGraph;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.types.TFloat32;

/**
 * Goes on training a Keras model in Java, with a filter: takes the folder that save_step.py writes,
 * a SavedModel whose signature "train" makes a step and returns the loss, and a prefix for the
 * checkpoint of the weights.
 */
public final class RetrainKeras {
  private static final int BATCH = 64;

  private RetrainKeras() {}

  public static void main(String[] args) throws IOException {
    try (SavedModelBundle bundle = SavedModelBundle.load(args[0], "serve")) {
      WrappedGraph wrapped = Grokfast.wrap(bundle, "train", Ema.of(0.9, 1));
      System.out.println(wrapped.report().toText());

      Session session = bundle.session();
      session.initialize(); // the state of the filter; the weights are those of the file
      Map<String, TensorInfo> inputs =
          bundle.metaGraphDef().getSignatureDefOrThrow("train").getInputsMap();
      Random random = new Random(1);
      for (int step = 0; step <= 400; step++) {
        try (TFloat32 x = TFloat32.tensorOf(shape(inputs.get("x")));
            TFloat32 y = TFloat32.tensorOf(shape(inputs.get("y")))) {
          draw(random, x, y);
          try (Result result =
              session
                  .runner()
                  .feed(inputs.get("x").getName(), x)
                  .feed(inputs.get("y").getName(), y)
                  .fetch(wrapped.trainOp().name())
                  .run()) {
            if (step % 100 == 0) {
              System.out.printf("step %d loss %.4f%n", step, ((TFloat32) result.get(0)).getFloat());
            }
          }
        }
      }
      Path checkpoint = Path.of(args[1]).toAbsolutePath();
      Files.createDirectories(checkpoint.getParent());
      session.save(checkpoint.toString());
    }
  }

  /** Rows of a batch, where the signature leaves their number open. */
  private static Shape shape(TensorInfo input) {
    long[] sizes =
        input.getTensorShape().getDimList().stream()
            .mapToLong(dimension -> dimension.getSize() < 0 ? BATCH : dimension.getSize())
            .toArray();
    return Shape.of(sizes);
  }

  /** The task: the product of the first two features. */
  private static void draw(Random random, TFloat32 x, TFloat32 y) {
    x.scalars().forEach(value -> value.setFloat(2 * random.nextFloat() - 1));
    y.scalars()
        .forEachIndexed((at, value) -> value.setFloat(x.getFloat(at[0], 0) * x.getFloat(at[0], 1)));
  }
}
