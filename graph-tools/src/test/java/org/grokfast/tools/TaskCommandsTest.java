package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.grokfast.models.registry.TaskRegistry;
import org.grokfast.models.task.TaskSpec;
import org.grokfast.tools.compare.SelfCheckOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.proto.SignatureDef;
import picocli.CommandLine;

/** What holds of the command of every registered task. */
@Tag("native")
class TaskCommandsTest {
  @TempDir Path folder;

  static Stream<TaskSpec> tasks() {
    return TaskRegistry.all().stream();
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void theDefaultsInTheHelpAreThoseOfTheReferenceRun(TaskSpec kind) {
    CommandLine train = Main.commandLine().getSubcommands().get("train");
    CommandLine command = train.getSubcommands().get(kind.name());
    assertThat(command).as("command of " + kind.name()).isNotNull();
    String help = command.getUsageMessage();
    assertThat(help).doesNotContain("${").doesNotContain("default null");
    String decay = Double.toString(kind.reference().adam().weightDecay());
    assertThat(help.replaceAll("\\s+", " ")).contains("The weight decay, >= 0; default " + decay);
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void theSelfCheckRunsAndItsModelIsServedUnderItsNames(TaskSpec kind) {
    Path run = folder.resolve("run");
    List<Object> arguments = new ArrayList<>(List.of("train", kind.name(), "--out", run));
    arguments.addAll(SelfCheckOptions.of(kind).words());
    Invocation trained = Invocation.of(arguments.toArray());
    // A run this short is noted to have no sustained crossing; nothing else is said.
    assertThat(trained.err().lines().filter(line -> line.startsWith("grokfast:")))
        .allMatch(line -> line.startsWith("grokfast: note: with steps"));
    assertThat(trained.code()).isZero();
    Path serving = folder.resolve("serving");
    assertThat(Invocation.of("export", run, "-o", serving).code()).isZero();
    try (SavedModelBundle bundle = SavedModelBundle.load(serving.toString(), "serve")) {
      Map<String, SignatureDef> signatures = bundle.metaGraphDef().getSignatureDefMap();
      SignatureDef signature = signatures.get("serving_default");
      assertThat(signature.getInputsMap().keySet())
          .containsExactlyInAnyOrderElementsOf(kind.serving().inputs());
      assertThat(signature.getOutputsMap()).containsOnlyKeys(kind.serving().output());
    }
  }
}
