package org.grokfast.tools.options;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.grokfast.pass.PassKind;
import org.grokfast.pass.Passes;
import org.grokfast.pass.StepPass;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Two options for each kind of pass in {@link Passes#ALL}: its value, and whom it serves. */
final class PassOptions {
  private final Map<PassKind<? extends StepPass>, OptionSpec> values = new LinkedHashMap<>();
  private final Map<PassKind<? extends StepPass>, OptionSpec> variables = new LinkedHashMap<>();

  PassOptions() {
    for (PassKind<? extends StepPass> kind : Passes.ALL) {
      values.put(
          kind,
          OptionSpec.builder("--" + kind.name())
              .type(String.class)
              .arity("1")
              .paramLabel(kind.label())
              .description(sentence(kind.about()) + "; with --filter none too; default: no.")
              .build());
      variables.put(
          kind,
          OptionSpec.builder("--" + kind.variables().option())
              .type(List.class)
              .auxiliaryTypes(String.class)
              .arity("1")
              .paramLabel("REGEX")
              .description(
                  "For --"
                      + kind.name()
                      + (kind.variables().named()
                          ? ", serve the variables whose name contains a match, as far as their shape"
                              + " allows it; may be repeated; no default, it has to be given."
                          : ", leave variables alone whose name contains a match; may be repeated;"
                              + " default: none."))
              .build());
    }
  }

  private static String sentence(String about) {
    return about.substring(0, 1).toUpperCase(Locale.ROOT) + about.substring(1);
  }

  /** The options, in an order for help texts. */
  void addTo(CommandSpec spec) {
    values.forEach((kind, value) -> spec.addOption(value).addOption(variables.get(kind)));
  }

  /** Whether there is a pass. */
  boolean areGiven(Predicate<OptionSpec> given) {
    return values.values().stream().anyMatch(given);
  }

  /**
   * The passes that were given.
   *
   * @throws IllegalArgumentException if a value is wrong, or only variables were given
   */
  List<StepPass> passes(Predicate<OptionSpec> given) {
    List<StepPass> passes = new ArrayList<>();
    values.forEach(
        (kind, value) -> {
          OptionSpec served = variables.get(kind);
          List<String> patterns = given.test(served) ? served.getValue() : List.of();
          if (given.test(value)) {
            passes.add(create(kind, value.getValue(), patterns));
          } else if (!patterns.isEmpty()) {
            throw new IllegalArgumentException(
                served.longestName()
                    + " is for "
                    + value.longestName()
                    + ", which is not given; give both or neither");
          }
        });
    return passes;
  }

  private static StepPass create(
      PassKind<? extends StepPass> kind, String value, List<String> patterns) {
    try {
      return kind.factory().create(value, patterns);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--" + kind.name() + ": " + e.getMessage(), e);
    }
  }
}
