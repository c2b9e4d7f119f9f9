package org.grokfast.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.grokfast.filter.Ema;
import org.grokfast.tensorflow.FilterStripper;
import org.grokfast.tensorflow.GraphRewriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** Where the scalars that all filters share stand in a graph that is spread over tasks. */
class SpreadScalarsTest {
  private static final List<String> SHARED =
      List.of("grokfast/step", "grokfast/step/update", "grokfast/alpha", "grokfast/lamb");

  private final Nodes nodes = new Nodes();

  private void trained(String variable, String device, String gradient) {
    nodes.on(device).variable(true, variable, new long[] {2}, 0, 0);
    nodes.constant(variable + "/rate", new long[0], 0.1f);
    nodes.node(
        "ResourceApplyGradientDescent",
        variable + "/apply",
        variable,
        variable + "/rate",
        gradient);
  }

  private void placeholder(String name) {
    nodes
        .on("")
        .raw("Placeholder", name)
        .putAttr("dtype", Nodes.floats())
        .putAttr("shape", Nodes.shape(2));
  }

  private Map<String, NodeDef> rewritten() {
    GraphDef before = nodes.on("").build();
    GraphDef after = new GraphRewriter(Ema.of(0.9, 2)).apply(before).graph();
    assertThat(FilterStripper.apply(after)).isEqualTo(before);
    Map<String, NodeDef> byName = new TreeMap<>();
    after.getNodeList().forEach(node -> byName.put(node.getName(), node));
    return byName;
  }

  @ParameterizedTest
  @ValueSource(strings = {"/job:ps/task:1", "/job:ps/replica:0/task:1"})
  void theyStandOnTheTaskOfTheFirstVariableThatHasOne(String task) {
    placeholder("g");
    trained("free", "", "g");
    trained("w", task + "/device:CPU:0", "g");
    trained("b", "/job:ps/task:0/device:CPU:0", "g");
    nodes.on("").group("train", "free/apply", "w/apply", "b/apply");
    Map<String, NodeDef> after = rewritten();
    for (String name : SHARED) {
      assertThat(after.get(name).getDevice()).as(name).isEqualTo(task);
    }
    after.values().stream()
        .filter(node -> node.getName().startsWith("grokfast/schedule/"))
        .forEach(node -> assertThat(node.getDevice()).isEqualTo(task));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/device:CPU:0", "/gpu:1"})
  void onOneMachineTheyAreLeftToTensorFlow(String device) {
    placeholder("g");
    trained("w", device, "g");
    nodes.on("").group("train", "w/apply");
    Map<String, NodeDef> after = rewritten();
    for (String name : SHARED) {
      assertThat(after.get(name).getDevice()).as(name).isEmpty();
    }
    assertThat(after).doesNotContainKey("grokfast/w/arrived");
  }

  /** A step whose gradients never arrive fails and leaves the counter where it was. */
  @Test
  void theCounterWaitsForTheGradientOfItsFirstVariable() {
    placeholder("g");
    trained("w", "/job:ps/task:0", "g");
    nodes.on("").group("train", "w/apply");
    Map<String, NodeDef> after = rewritten();
    assertThat(after.get("grokfast/step/update").getInputList()).contains("^grokfast/w/arrived");
    assertThat(after.get("grokfast/w/arrived").getInputList()).containsExactly("g");
  }

  /** Else the two would wait for each other. */
  @Test
  void theCounterDoesNotWaitForAGradientBehindAnUpdateThatWaitsForTheCounter() {
    placeholder("g");
    nodes.on("").node("Identity", "later", "g", "^w/apply");
    trained("v", "/job:ps/task:0", "later");
    trained("w", "/job:ps/task:0", "g");
    nodes.on("").group("train", "v/apply", "w/apply");
    Map<String, NodeDef> after = rewritten();
    assertThat(after).containsKey("grokfast/v/ema").doesNotContainKey("grokfast/v/arrived");
    assertThat(after.get("grokfast/step/update").getInputList())
        .noneMatch(input -> input.startsWith("^grokfast/v"));
  }
}
