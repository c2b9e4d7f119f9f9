package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.grokfast.tensorflow.file.GraphFileReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SaverDef;

class StripVerbTest {
  @TempDir Path folder;

  private GraphDef graph(String name) {
    return new GraphFileReader().read(folder.resolve(name)).graph();
  }

  @Test
  void aGraphWithoutFilterIsNothingMatched() {
    for (Path file : Fixtures.all(folder).values()) {
      Cli.Run run = Cli.run("strip", file, "-o", folder.resolve("out"));
      assertThat(run.code()).isEqualTo(3);
      assertThat(run.err()).contains("the graph holds no filter");
    }
  }

  @Test
  void inferenceKeepsWhatTheOutputsNeedAndNothingElse() {
    Path rewritten = folder.resolve("rewritten.pb");
    Cli.run("rewrite", Fixtures.written("adam.pb"), "-o", rewritten);
    Cli.Run run =
        Cli.run(
            "strip", rewritten, "--inference", "--outputs", "MatMul", "-o", folder.resolve("out"));
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(graph("out").getNodeList())
        .extracting(NodeDef::getName)
        .contains("MatMul", "w")
        .noneMatch(name -> name.contains("grokfast") || name.contains("Adam"));
  }

  @Test
  void inferenceOfAMetaGraphKeepsTheRestoringOfWhatStays() throws IOException {
    MetaGraphDef meta =
        MetaGraphDef.parseFrom(Files.readAllBytes(Fixtures.written("adam.meta"))).toBuilder()
            .setSaverDef(
                SaverDef.newBuilder()
                    .setFilenameTensorName("save/Const:0")
                    .setSaveTensorName("save/control_dependency:0")
                    .setRestoreOpName("save/restore_all"))
            .build();
    Path file = Files.write(folder.resolve("in.meta"), meta.toByteArray());
    Cli.Run run =
        Cli.run("strip", file, "--inference", "--outputs", "MatMul", "-o", folder.resolve("out"));
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(graph("out").getNodeList())
        .extracting(NodeDef::getName)
        .contains("MatMul", "w", "save/restore_all", "save/RestoreV2")
        .doesNotContain("w/Adam", "save/SaveV2", "train");
    assertThat(run.err()).contains("can be loaded, but not saved again");
  }

  @Test
  void outputsThatTrainAreRefused() {
    Path file = Fixtures.trainable(folder).get("race.pb");
    Cli.Run run =
        Cli.run("strip", file, "--inference", "--outputs", "train", "-o", folder.resolve("out"));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("output 'train' needs node 'apply' (ApplyAdam), which trains");
  }

  @Test
  void aSavedModelWithoutASignatureForInferenceIsNothingMatched() {
    Cli.Run run =
        Cli.run(
            "strip", Fixtures.written("saved_model"), "--inference", "-o", folder.resolve("out"));
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("signature 'train' is left out").contains("--outputs");
  }

  @Test
  void outputsHaveToBeNamedForAGraphDef() {
    Path file = Fixtures.written("adam.pb");
    Cli.Run unnamed = Cli.run("strip", file, "--inference", "--dry-run");
    assertThat(unnamed.code()).isEqualTo(1);
    assertThat(unnamed.err()).contains("Name them with --outputs");
    assertThat(Cli.run("strip", file, "--outputs", "x", "--dry-run").code()).isEqualTo(2);
    assertThat(Cli.run("strip", file, "--inference", "--outputs", "nowhere", "--dry-run").err())
        .contains("no node named 'nowhere'");
  }
}
