package org.grokfast.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.grokfast.onnx.find.step.CarriedPairs;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.onnx.graph.OnnxProvenance;
import org.grokfast.onnx.graph.StateList;

/**
 * A value that lasts from one training step to the next: a parameter, the optimizer's state or a
 * filter's. A program that trains feeds what the output gave as the input of the next step.
 *
 * @param input the input that takes it
 * @param output the output that holds it for the next step
 * @param initial of a filter's state: the value of every element before the first step; empty for a
 *     parameter or the optimizer's state, whose first values the program has to know
 */
public record CarriedValue(String input, String output, OptionalDouble initial) {

  /** Whether it is the state of a filter. */
  public boolean isFilterState() {
    return initial.isPresent();
  }

  /**
   * The values that a model carries, rewritten or not: inputs and outputs are paired by optimizer
   * nodes, by name ({@code w} and {@code w_new}), by data flow, or as {@code --update} said when
   * the model was rewritten.
   *
   * @throws org.grokfast.rewrite.GraphRewriteException if the model is malformed
   */
  public static List<CarriedValue> of(ModelProto model) {
    return of(model, Map.of());
  }

  /**
   * The same, with what the user knows better.
   *
   * @param updates outputs by input
   * @throws org.grokfast.rewrite.GraphRewriteException if a name is no input or output, or the two
   *     differ in type or shape
   */
  public static List<CarriedValue> of(ModelProto model, Map<String, String> updates) {
    Map<String, String> byHand = new TreeMap<>();
    for (StringStringEntryProto entry : model.getMetadataPropsList()) {
      if (entry.getKey().startsWith(OnnxProvenance.UPDATE)) {
        byHand.put(entry.getKey().substring(OnnxProvenance.UPDATE.length()), entry.getValue());
      }
    }
    byHand.putAll(updates);
    ModelProto original = OnnxStripper.isRewritten(model) ? OnnxStripper.apply(model) : model;
    List<CarriedValue> values = new ArrayList<>();
    new CarriedPairs(new OnnxGraph(original.getGraph()), byHand)
        .all()
        .forEach(
            pair ->
                values.add(new CarriedValue(pair.input(), pair.output(), OptionalDouble.empty())));
    StateList.of(model)
        .forEach(
            entry ->
                values.add(
                    new CarriedValue(
                        entry.input(), entry.output(), OptionalDouble.of(entry.initial()))));
    return values;
  }
}
