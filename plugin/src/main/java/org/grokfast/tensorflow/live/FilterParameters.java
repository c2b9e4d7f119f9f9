package org.grokfast.tensorflow.live;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.Parameter;
import org.grokfast.io.NearestName;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.InsertedNames;
import org.grokfast.rewrite.RewritePlan;
import org.grokfast.rewrite.RewritePlan.PlannedSite;
import org.tensorflow.Session;
import org.tensorflow.types.TFloat64;

/** The parameters of a filter in a live graph that a session can change, and their ranges. */
final class FilterParameters {
  private final GradientFilter filter;
  private final Map<String, Double> passes = new LinkedHashMap<>();
  private final Map<String, String> shared = new LinkedHashMap<>();
  private final Map<String, Map<String, String>> own = new TreeMap<>();

  /**
   * The parameters of a plan.
   *
   * @param plan what was inserted
   * @param variables by path, the variable that holds a parameter
   */
  FilterParameters(RewritePlan plan, Map<String, String> variables) {
    filter = plan.filter();
    for (PlannedSite planned : plan.sites()) {
      String variable = planned.site().variable().name();
      own.computeIfAbsent(variable, name -> new LinkedHashMap<>());
    }
    filter.options().passes().forEach(pass -> passes.putAll(pass.parameters()));
    passes.keySet().stream()
        .filter(variables::containsKey)
        .forEach(path -> shared.put(name(path), variables.get(path)));
    for (String path : filter.parameters().keySet()) {
      if (variables.containsKey(path)) {
        shared.put(name(path), variables.get(path));
      }
      own.forEach(
          (variable, parameters) ->
              variables.keySet().stream()
                  .filter(each -> each.endsWith("/" + path))
                  .filter(
                      each ->
                          isSite(each.substring(0, each.length() - path.length() - 1), variable))
                  .forEach(each -> parameters.put(name(path), variables.get(each))));
    }
  }

  /** A chain's parameter {@code 1.ema/lamb} is called {@code 1.ema.lamb}, as in overrides. */
  private static String name(String path) {
    return path.replace('/', '.');
  }

  /** Whether a site's name is a variable's; it has a number where that name was taken. */
  private boolean isSite(String site, String variable) {
    return site.equals(variable)
        || (!own.containsKey(site) && InsertedNames.withoutNumber(site).equals(variable));
  }

  /** Sets the parameter that all variables share which have none of their own. */
  void set(Session session, String name, double value) {
    require(name, value);
    String holder = shared.get(name);
    if (holder == null) {
      throw new GraphRewriteException(
          "every filtered variable has a "
              + name
              + " of its own; set that of one of "
              + names(own.keySet().stream().toList()));
    }
    assign(session, holder, value);
  }

  /** Sets the parameter of one variable that has its own. */
  void set(Session session, String variable, String name, double value) {
    require(name, value);
    Map<String, String> parameters = own.get(variable);
    if (parameters == null) {
      throw new GraphRewriteException(
          "variable '"
              + variable
              + "' is not filtered"
              + nearest(variable, own.keySet().stream().toList())
              + "; filtered are "
              + names(own.keySet().stream().toList()));
    }
    if (!parameters.containsKey(name)) {
      throw new GraphRewriteException(
          "variable '"
              + variable
              + "' has no "
              + name
              + " of its own but shares that of all variables; give it one with an override when"
              + " wrapping, or set "
              + name
              + " for all");
    }
    assign(session, parameters.get(name), value);
  }

  private void require(String name, double value) {
    if (passes.keySet().stream().anyMatch(path -> name(path).equals(name))) {
      requireTunable(name);
      if (!(value >= 0) || Double.isInfinite(value)) {
        throw new GraphRewriteException(name + " must be finite and >= 0, was " + value);
      }
      return;
    }
    List<Parameter<?>> real =
        filter.type().parameters().stream().filter(Parameter::isReal).toList();
    List<String> known = real.stream().<String>map(Parameter::name).toList();
    if (!known.contains(name)) {
      throw new GraphRewriteException(
          "filter "
              + filter.kind()
              + " has no parameter '"
              + name
              + "' that a session can change"
              + nearest(name, known)
              + (known.isEmpty() ? "" : "; it has " + names(known)));
    }
    requireTunable(name);
    try {
      for (Parameter<?> parameter : real) {
        if (parameter.name().equals(name)) {
          requireInRange(parameter, value);
        }
      }
    } catch (IllegalArgumentException e) {
      throw new GraphRewriteException(e.getMessage(), e);
    }
  }

  private void requireTunable(String name) {
    if (!filter.options().isTunable()) {
      throw new GraphRewriteException(
          "parameter '"
              + name
              + "' is a constant of the graph, as the filter was made with tunable=false; wrap with"
              + " a tunable filter");
    }
  }

  @SuppressWarnings("unchecked") // Real parameters are of Double.
  private static void requireInRange(Parameter<?> parameter, double value) {
    ((Parameter<Double>) parameter).require(value);
  }

  private static String nearest(String name, List<String> known) {
    return NearestName.of(name, known.stream()).map(n -> "; did you mean '" + n + "'?").orElse("");
  }

  private static String names(List<String> names) {
    return names.stream().limit(8).map(name -> "'" + name + "'").collect(Collectors.joining(", "))
        + (names.size() > 8 ? " and " + (names.size() - 8) + " more" : "");
  }

  private static void assign(Session session, String holder, double value) {
    try (TFloat64 tensor = TFloat64.scalarOf(value)) {
      session
          .runner()
          .feed(holder + InsertedNames.NEW_VALUE, tensor)
          .addTarget(holder + InsertedNames.SET)
          .run()
          .close();
    }
  }
}
