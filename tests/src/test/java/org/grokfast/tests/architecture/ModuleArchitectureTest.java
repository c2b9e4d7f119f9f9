package org.grokfast.tests.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Imports between modules point one way: command line, models, plugin. */
@AnalyzeClasses(packages = "org.grokfast", importOptions = ImportOption.DoNotIncludeTests.class)
class ModuleArchitectureTest {
  private static final String MODELS = "org.grokfast.models..";
  private static final String TOOLS = "org.grokfast.tools..";

  @ArchTest
  static final ArchRule THE_PLUGIN_KNOWS_NO_OTHER_MODULE =
      noClasses()
          .that()
          .resideOutsideOfPackages(MODELS, TOOLS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(MODELS, TOOLS);

  @ArchTest
  static final ArchRule MODELS_DO_NOT_KNOW_THE_COMMAND_LINE =
      noClasses()
          .that()
          .resideInAPackage(MODELS)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(TOOLS)
          .allowEmptyShould(true);

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
