package org.grokfast.models.qm9;

import java.util.List;
import java.util.Map;
import org.grokfast.models.task.Batch;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Puts molecules one after the other into the inputs of {@link Qm9Model}. */
final class MoleculeBatch {

  /** A molecule in the numbers that a batch is made of. */
  static final class Prepared {
    private final float[] features;
    private final int[] sources;
    private final int[] targets;
    private final int[] orders;
    private final float polarisability;

    Prepared(Molecule molecule) {
      features = molecule.features();
      List<Bond> bonds = molecule.directed();
      sources = bonds.stream().mapToInt(Bond::from).toArray();
      targets = bonds.stream().mapToInt(Bond::to).toArray();
      orders = bonds.stream().mapToInt(Bond::order).toArray();
      polarisability = (float) molecule.polarisability();
    }

    private int atoms() {
      return features.length / Molecule.FEATURES;
    }
  }

  private final List<Prepared> molecules;
  private final float[] features;
  private final int[] owners;
  private final int[] sources;
  private final int[] targets;
  private final int[] orders;

  private MoleculeBatch(List<Prepared> molecules) {
    this.molecules = molecules;
    int atoms = molecules.stream().mapToInt(Prepared::atoms).sum();
    int bonds = molecules.stream().mapToInt(molecule -> molecule.sources.length).sum();
    features = new float[atoms * Molecule.FEATURES];
    owners = new int[atoms];
    sources = new int[bonds];
    targets = new int[bonds];
    orders = new int[bonds];
    fill();
  }

  /** The inputs for some molecules. */
  static Batch of(List<Prepared> molecules) {
    return new MoleculeBatch(molecules).batch();
  }

  private void fill() {
    int atom = 0;
    int bond = 0;
    for (int i = 0; i < molecules.size(); i++) {
      Prepared molecule = molecules.get(i);
      System.arraycopy(
          molecule.features, 0, features, atom * Molecule.FEATURES, molecule.features.length);
      for (int k = 0; k < molecule.sources.length; k++) {
        sources[bond] = atom + molecule.sources[k];
        targets[bond] = atom + molecule.targets[k];
        orders[bond] = molecule.orders[k];
        bond++;
      }
      for (int end = atom + molecule.atoms(); atom < end; atom++) {
        owners[atom] = i;
      }
    }
  }

  private Batch batch() {
    float[] wanted = new float[molecules.size()];
    for (int i = 0; i < wanted.length; i++) {
      wanted[i] = molecules.get(i).polarisability;
    }
    return new Batch(
        Map.of(
            Qm9Model.ATOMS,
            floats(features, Shape.of(owners.length, Molecule.FEATURES)),
            Qm9Model.SOURCES,
            ints(sources),
            Qm9Model.TARGETS,
            ints(targets),
            Qm9Model.ORDERS,
            ints(orders),
            Qm9Model.MOLECULES,
            ints(owners),
            Qm9Model.POLARISABILITIES,
            floats(wanted, Shape.of(wanted.length))),
        wanted.length);
  }

  private static TFloat32 floats(float[] values, Shape shape) {
    return TFloat32.tensorOf(shape, DataBuffers.of(values, true, false));
  }

  private static TInt32 ints(int[] values) {
    return TInt32.tensorOf(Shape.of(values.length), DataBuffers.of(values, true, false));
  }
}
