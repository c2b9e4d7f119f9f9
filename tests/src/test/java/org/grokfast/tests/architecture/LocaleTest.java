package org.grokfast.tests.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.text.DecimalFormat;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Files and reports are the same in every country: what depends on a locale names it. */
class LocaleTest {
  /** What has a form without a locale, which takes that of the machine. */
  private static final Map<Class<?>, Set<String>> LOCALIZED =
      Map.of(
          String.class, Set.of("format", "formatted", "toLowerCase", "toUpperCase"),
          PrintStream.class, Set.of("format", "printf"),
          PrintWriter.class, Set.of("format", "printf"),
          DateTimeFormatter.class, Set.of("ofPattern"));

  @Test
  void nothingIsFormattedInTheLocaleOfTheMachine() {
    noClasses()
        .should()
        .callMethodWhere(
            DescribedPredicate.describe(
                "it takes the locale of the machine",
                call ->
                    LOCALIZED.entrySet().stream()
                            .anyMatch(
                                entry ->
                                    call.getTargetOwner().isEquivalentTo(entry.getKey())
                                        && entry.getValue().contains(call.getName()))
                        && call.getTarget().getRawParameterTypes().stream()
                            .noneMatch(type -> type.isEquivalentTo(Locale.class))))
        .orShould()
        .callConstructor(DecimalFormat.class, String.class)
        .check(MainClasses.all());
  }
}
