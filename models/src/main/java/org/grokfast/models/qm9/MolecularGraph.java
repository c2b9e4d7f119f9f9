package org.grokfast.models.qm9;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gather;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The bonds of a batch of molecules, whose atoms are numbered throughout.
 *
 * @param sources the atom that each directed bond comes from, of shape [bonds]
 * @param segments the atom that it goes to and its order, as {@code 4·atom + order − 1}, of shape
 *     [bonds]
 * @param atoms the number of atoms, a scalar
 */
record MolecularGraph(Operand<TInt32> sources, Operand<TInt32> segments, Operand<TInt32> atoms) {

  /**
   * The sums over each atom's neighbours, one for each order of the bond to them.
   *
   * @param x of shape [atoms, width]
   * @return of shape [atoms, 4·width]
   */
  Operand<TFloat32> neighbourSums(Ops tf, Operand<TFloat32> x, int width) {
    Gather<TFloat32> sent = tf.gather(x, sources, tf.constant(0));
    Operand<TFloat32> sums =
        tf.math.unsortedSegmentSum(sent, segments, tf.math.mul(atoms, tf.constant(Bond.ORDERS)));
    return tf.reshape(sums, tf.constant(new int[] {-1, Bond.ORDERS * width}));
  }
}
