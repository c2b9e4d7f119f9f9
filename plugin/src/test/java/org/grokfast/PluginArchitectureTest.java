package org.grokfast;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Imports inside the plugin point one way. */
@AnalyzeClasses(packages = "org.grokfast", importOptions = ImportOption.DoNotIncludeTests.class)
class PluginArchitectureTest {

  /** The options of a filter say what is measured and done beside it. */
  @ArchTest
  static final ArchRule FILTERS_KNOW_PROBES_AND_PASSES_ALONE =
      noClasses()
          .that()
          .resideInAPackage("org.grokfast.filter..")
          .should()
          .dependOnClassesThat()
          .resideOutsideOfPackages(
              "org.grokfast.filter..", "org.grokfast.pass", "org.grokfast.probe", "java..");

  @ArchTest
  static final ArchRule REWRITING_KNOWS_NO_GRAPH_FORMAT =
      noClasses()
          .that()
          .resideInAPackage("org.grokfast.rewrite..")
          .should()
          .dependOnClassesThat()
          .resideOutsideOfPackages(
              "org.grokfast.rewrite..",
              "org.grokfast.filter..",
              "org.grokfast.pass",
              "org.grokfast.probe",
              "org.grokfast.graph..",
              "org.grokfast.text",
              "com.fasterxml.jackson..",
              "java..");

  @ArchTest
  static final ArchRule FORMATS_DO_NOT_KNOW_THE_FACADE =
      noClasses()
          .that()
          .resideInAnyPackage("org.grokfast.tensorflow..", "org.grokfast.onnx..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.grokfast");

  @ArchTest
  static final ArchRule ONNX_DOES_NOT_KNOW_TENSORFLOW =
      noClasses()
          .that()
          .resideInAPackage("org.grokfast.onnx..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.grokfast.tensorflow..", "org.tensorflow..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule TENSORFLOW_DOES_NOT_KNOW_ONNX =
      noClasses()
          .that()
          .resideInAPackage("org.grokfast.tensorflow..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.grokfast.onnx..", "onnx..");

  @ArchTest
  static final ArchRule ONLY_TRAINING_NEEDS_ONNX_RUNTIME =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.grokfast.onnx.training..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ai.onnxruntime..", "org.grokfast.onnx.training..");

  @ArchTest
  static final ArchRule PACKAGES_FORM_NO_CYCLE =
      slices().matching("org.grokfast.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule NAMES_SAY_WHAT_A_CLASS_IS =
      noClasses()
          .should()
          .haveSimpleNameEndingWith("Manager")
          .orShould()
          .haveSimpleNameEndingWith("Helper")
          .orShould()
          .haveSimpleNameContaining("Util");
}
