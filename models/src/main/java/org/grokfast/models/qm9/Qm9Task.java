package org.grokfast.models.qm9;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.grokfast.models.TrainingException;
import org.grokfast.models.data.DataFolder;
import org.grokfast.models.random.TorchRandom;
import org.grokfast.models.task.Batch;
import org.grokfast.models.task.EpochOrders;
import org.grokfast.models.task.Split;
import org.grokfast.models.task.Task;
import org.grokfast.models.task.TaskGraph;
import org.tensorflow.op.Ops;

/**
 * Learning the isotropic polarisability of the first molecules of QM9, half of them for training
 * and half for validation, as the reference's {@code main_qm9.py} does. A seed gives the split, the
 * initial parameters and the batches that it gives there under torch_geometric 2.8.
 */
public final class Qm9Task implements Task {
  /** The reference's number of molecules. */
  public static final int MOLECULES = 100;

  /** What the reference multiplies the initial parameters by. */
  public static final double INITIAL_SCALE = 3;

  static final int MOST = 133_885;
  private static final int DIGEST_LENGTH = 16;

  private final Qm9Model model;
  private final List<MoleculeBatch.Prepared> molecules;
  private final int[] dealt;

  private Qm9Task(Qm9Model model, List<Molecule> molecules) {
    if (!(model.initialScale() > 0) || Double.isInfinite(model.initialScale())) {
      throw new IllegalArgumentException(
          "initial scale must be finite and > 0, was " + model.initialScale());
    }
    this.model = model;
    this.molecules = molecules.stream().map(MoleculeBatch.Prepared::new).toList();
    this.dealt = Qm9Model.dealt(new TorchRandom(model.seed()), model.molecules());
  }

  /**
   * The task on QM9 itself.
   *
   * @param folder where the files are, if that was given; otherwise the environment has to name it
   * @param molecules the number of molecules, both splits together
   * @param initialScale what the initial parameters are multiplied by
   * @param seed of the split and the initial parameters
   * @throws TrainingException if the files are missing or wrong, or hold fewer molecules
   * @throws IllegalArgumentException if a number is outside its range
   */
  public static Qm9Task read(Optional<Path> folder, int molecules, double initialScale, long seed) {
    requireMolecules(molecules);
    Path found =
        DataFolder.find(folder, Qm9Model.NAME)
            .orElseThrow(
                () ->
                    new TrainingException(
                        "no folder with QM9 is given; name one with --data-dir or the environment"
                            + " variable "
                            + DataFolder.VARIABLE
                            + ", see models/data/README.md"));
    List<Molecule> read = new Qm9Files(found).first(molecules);
    return new Qm9Task(new Qm9Model(digest(read), molecules, initialScale, seed), read);
  }

  /**
   * The task on made-up molecules: a check that it runs, without data. It says nothing of QM9.
   *
   * @param molecules the number of molecules, both splits together
   * @param initialScale what the initial parameters are multiplied by
   * @param seed of the molecules, the split and the initial parameters
   * @throws IllegalArgumentException if a number is outside its range
   */
  public static Qm9Task generated(int molecules, double initialScale, long seed) {
    requireMolecules(molecules);
    return new Qm9Task(
        new Qm9Model(Qm9Model.GENERATED, molecules, initialScale, seed),
        GeneratedMolecules.of(molecules, seed));
  }

  private static void requireMolecules(int molecules) {
    if (molecules < 2 || molecules > MOST) {
      throw new IllegalArgumentException(
          "molecules must be from 2, one for either split, to " + MOST + ", was " + molecules);
    }
  }

  /** So that a run isn't continued with other molecules. */
  private static String digest(List<Molecule> molecules) {
    StringBuilder text = new StringBuilder();
    for (Molecule molecule : molecules) {
      text.append(molecule).append('\n');
    }
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(text.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash).substring(0, DIGEST_LENGTH);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public String name() {
    return Qm9Model.NAME;
  }

  @Override
  public Optional<String> standIn() {
    return model.data().equals(Qm9Model.GENERATED)
        ? Optional.of("made-up molecules, not QM9")
        : Optional.empty();
  }

  @Override
  public String title() {
    return model.title();
  }

  @Override
  public SortedMap<String, String> settings() {
    return model.settings();
  }

  @Override
  public TaskGraph build(Ops tf) {
    return model.build(tf);
  }

  /** The reference's split; of an odd number, the validation has one more. */
  @Override
  public int examples(Split split) {
    int training = dealt.length / 2;
    return split == Split.TRAINING ? training : dealt.length - training;
  }

  @Override
  public EpochOrders orders(long seed) {
    TorchRandom random = new TorchRandom(seed);
    Qm9Model.dealt(random, dealt.length);
    model.draw(random);
    // Every epoch ends with one over the validation molecules.
    return EpochOrders.dataLoader(random, examples(Split.TRAINING), epoch -> 1);
  }

  @Override
  public Batch batch(Split split, int[] examples) {
    int offset = split == Split.TRAINING ? 0 : examples(Split.TRAINING);
    return MoleculeBatch.of(
        Arrays.stream(examples)
            .mapToObj(example -> molecules.get(dealt[offset + example]))
            .toList());
  }
}
