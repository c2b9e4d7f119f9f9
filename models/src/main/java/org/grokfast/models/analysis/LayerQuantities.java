package org.grokfast.models.analysis;

import java.util.List;

/** What is measured of each layer. */
public final class LayerQuantities {
  /** In the order of the files. */
  public static final List<Quantity> ALL =
      List.of(
          Quantity.WEIGHT_NORM,
          Quantity.GRADIENT_NORM,
          Quantity.HESSIAN_MAX,
          Quantity.HESSIAN_MAX_RESIDUAL,
          Quantity.PRECONDITIONED_HESSIAN_MAX,
          Quantity.PRECONDITIONED_HESSIAN_MAX_RESIDUAL,
          Quantity.ENTROPY,
          Quantity.PERTURBED_ENTROPY,
          Quantity.ENTROPY_DIFFERENCE,
          Quantity.MUTUAL_INFORMATION,
          Quantity.PERTURBED_MUTUAL_INFORMATION,
          Quantity.MUTUAL_INFORMATION_DIFFERENCE,
          Quantity.COMMUTATOR_DEFECT,
          Quantity.HEAVY_TAIL_ALPHA);

  private LayerQuantities() {}
}
