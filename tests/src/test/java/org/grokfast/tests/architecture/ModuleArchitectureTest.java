package org.grokfast.tests.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import org.junit.jupiter.api.Test;

/** Imports between modules point one way: command line, models, plugin. */
class ModuleArchitectureTest {
  private static final String MODELS = "org.grokfast.models..";
  private static final String TOOLS = "org.grokfast.tools..";

  @Test
  void thePluginKnowsNoOtherModule() {
    noClasses()
        .that()
        .resideOutsideOfPackages(MODELS, TOOLS)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(MODELS, TOOLS)
        .check(MainClasses.all());
  }

  @Test
  void modelsDoNotKnowTheCommandLine() {
    noClasses()
        .that()
        .resideInAPackage(MODELS)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(TOOLS)
        .allowEmptyShould(true)
        .check(MainClasses.all());
  }

  @Test
  void namesSayWhatAClassIs() {
    noClasses()
        .should()
        .haveSimpleNameEndingWith("Manager")
        .orShould()
        .haveSimpleNameEndingWith("Helper")
        .orShould()
        .haveSimpleNameContaining("Util")
        .check(MainClasses.all());
  }
}
