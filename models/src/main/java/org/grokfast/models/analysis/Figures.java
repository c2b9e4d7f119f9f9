package org.grokfast.models.analysis;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What was measured at a checkpoint. A quantity that isn't there could not be measured or has no
 * meaning for the run.
 *
 * @param step the number of updates
 * @param total over all layers; in the order of {@link Quantity}
 * @param layers by layer, in the order of the model
 */
public record Figures(
    int step, Map<Quantity, Double> total, Map<String, Map<Quantity, Double>> layers) {

  /** Keeps the maps' orders. */
  public Figures {
    total = new LinkedHashMap<>(total);
    layers = new LinkedHashMap<>(layers);
  }

  /** A quantity in total. */
  public OptionalDouble get(Quantity quantity) {
    Double value = total.get(quantity);
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  /** A quantity in total, NaN where there's none. */
  double orNaN(Quantity quantity) {
    return get(quantity).orElse(Double.NaN);
  }

  /** Names and plain values, null for what there isn't. */
  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("step", step);
    for (Quantity quantity : Quantity.values()) {
      map.put(quantity.key(), total.get(quantity));
    }
    java.util.List<Map<String, Object>> list = new java.util.ArrayList<>();
    layers.forEach(
        (name, values) -> {
          Map<String, Object> layer = new LinkedHashMap<>();
          layer.put("name", name);
          for (Quantity quantity : LayerQuantities.ALL) {
            layer.put(quantity.key(), values.get(quantity));
          }
          list.add(layer);
        });
    map.put("layers", list);
    return map;
  }
}
