package org.grokfast.tensorflow.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.tensorflow.checkpoint.CheckpointIndex;
import org.grokfast.tensorflow.checkpoint.Snappy;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged files end in success or in the one family of exceptions, and soon. */
@Timeout(120)
@Tag("fuzz")
class MutatedFileTest {
  private static final int MUTANTS = 1_000;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "adam.pb",
        "while.pb",
        "adam.pbtxt",
        "adam.meta",
        "sgd.meta.pbtxt",
        "saved_model/saved_model.pb"
      })
  void aMutatedGraphFileIsReadOrRefused(String name) {
    byte[] original = Fixtures.bytes(name);
    GraphFileReader reader = new GraphFileReader();
    GraphForm form = reader.recognise(original, name);
    GraphValidator validator = new GraphValidator();
    Random random = new Random(name.hashCode());
    int refused = 0;
    for (int i = 0; i < MUTANTS; i++) {
      byte[] mutant = mutate(original, random);
      // Every second one is parsed as what it was, past the recognition.
      GraphFileReader chosen = i % 2 == 0 ? reader : reader.forcing(form);
      refused +=
          refuses(name + ", mutant " + i, () -> validator.validate(chosen.read(mutant, name)));
    }
    assertThat(refused).isBetween(1, MUTANTS);
  }

  @Test
  void aMutatedCheckpointIndexIsReadOrRefused(@TempDir Path folder) throws IOException {
    byte[] original = Fixtures.bytes("checkpoint/model.index");
    Path index = folder.resolve("model.index");
    Random random = new Random(7);
    int refused = 0;
    for (int i = 0; i < MUTANTS; i++) {
      Files.write(index, mutate(original, random));
      refused += refuses("index, mutant " + i, () -> CheckpointIndex.read(index));
    }
    assertThat(refused).isBetween(1, MUTANTS);
  }

  @Test
  void aMutatedSnappyBlockIsReadOrRefused() {
    byte[] original = {14, 2 << 2, 'a', 'b', 'c', (8 - 4) << 2 | 1, 3, (3 - 1) << 2 | 2, 11, 0};
    Random random = new Random(11);
    int refused = 0;
    for (int i = 0; i < 10 * MUTANTS; i++) {
      byte[] mutant = mutate(original, random);
      try {
        Snappy.uncompress(mutant);
      } catch (Snappy.SnappyException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  private static int refuses(String what, Runnable action) {
    try {
      action.run();
      return 0;
    } catch (GraphRewriteException e) {
      assertThat(e.getMessage()).as(what).isNotBlank().hasSizeLessThan(2_000);
      return 1;
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      return fail(what, e);
    }
  }

  private static byte[] mutate(byte[] original, Random random) {
    byte[] mutant = original.clone();
    for (int n = 1 + random.nextInt(4); n > 0; n--) {
      int at = random.nextInt(mutant.length);
      switch (random.nextInt(5)) {
        case 0 -> mutant[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> mutant[at] = (byte) random.nextInt(256);
        case 2 -> mutant[at] = (byte) 0xff;
        case 3 -> {
          int from = random.nextInt(mutant.length);
          int length = random.nextInt(Math.min(64, mutant.length - Math.max(at, from)));
          System.arraycopy(mutant, from, mutant, at, length);
        }
        default -> mutant = java.util.Arrays.copyOf(mutant, Math.max(1, at));
      }
    }
    return mutant;
  }
}
