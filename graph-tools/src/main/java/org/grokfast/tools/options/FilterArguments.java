package org.grokfast.tools.options;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterDescription;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.FilterType;
import org.grokfast.filter.Filters;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.Parameter;
import org.grokfast.filter.Unfiltered;
import org.grokfast.pass.Passes;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/**
 * The options that describe a filter, for every verb that takes one: {@code --filter}, one option
 * for each name of a parameter in {@link Filters#ALL}, those that all filters share, and those of
 * passes.
 */
public final class FilterArguments {
  private static final String NONE = Unfiltered.KIND;

  /** What tells a filter with brackets and a chain from a kind. */
  private static final Pattern WRITTEN = Pattern.compile("[(,]");

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  private final ParameterOptions parameters = new ParameterOptions();
  private final SharedFilterArguments shared = new SharedFilterArguments();
  private final PassOptions passes = new PassOptions();
  private final OptionSpec kind =
      OptionSpec.builder("--filter")
          .type(String.class)
          .arity("1")
          .paramLabel("KIND")
          .completionCandidates(() -> kinds().iterator())
          .description(
              ParameterOptions.alternatives(
                      Stream.concat(
                          Filters.ALL.stream().map(type -> type.kind() + " (" + type.about() + ")"),
                          Stream.of(NONE)))
                  + "; default ${bundle:default.filter:-ema}. Or a chain, which a gradient passes"
                  + " from left to right, with parameters in brackets: 'ema(alpha=0.9), perp'.")
          .build();

  @Mixin private final CommandSpec options = options();

  private CommandSpec options() {
    CommandSpec all = CommandSpec.create().addOption(kind);
    parameters.addTo(all);
    for (OptionSpec option : CommandSpec.forAnnotatedObject(shared).options()) {
      all.addOption(
          option.longestName().equals("--override")
              ? option.toBuilder()
                  .description(parameters.numbers() + " " + option.description()[0])
                  .build()
              : option);
    }
    passes.addTo(all);
    return all;
  }

  /** The filter; empty for none. */
  public Optional<GradientFilter> filter() {
    return filter(Ema.defaults());
  }

  /**
   * The filter; empty for none.
   *
   * @param reference the filter where nothing else is said: its kind is the default of {@code
   *     --filter}, its values are those of the parameters that are not given
   */
  public Optional<GradientFilter> filter(GradientFilter reference) {
    try {
      String name =
          given(kind) ? kind.<String>getValue().toLowerCase(Locale.ROOT) : nameOf(reference);
      if (name.equals(NONE) && (shared.areProbed() || passes.areGiven(this::given))) {
        parameters.refuse(NONE, Stream.empty(), this::given);
        return Optional.of(new Unfiltered(shared(Unfiltered.TYPE)));
      }
      if (name.equals(NONE)) {
        refuseAll();
        return Optional.empty();
      }
      if (WRITTEN.matcher(name).find()) {
        return Optional.of(written(name));
      }
      FilterType<? extends GradientFilter> type =
          Filters.of(name)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "--filter must be "
                              + ParameterOptions.alternatives(kinds())
                              + ", or a chain such as 'ema(alpha=0.9), perp'; was '"
                              + name
                              + "'"));
      return Optional.of(
          type.factory().create(parameters.values(type, reference, this::given), shared(type)));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  /** What {@code --filter} is where it isn't given: a chain has no kind that it could be. */
  private static String nameOf(GradientFilter reference) {
    return Filters.of(reference.kind()).isPresent() ? reference.kind() : reference.text();
  }

  /** A filter with its parameters in brackets, or a chain. */
  private GradientFilter written(String text) {
    GradientFilter filter;
    try {
      filter = FilterDescription.parseText(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--filter '" + text + "': " + e.getMessage(), e);
    }
    for (OptionSpec option : parameters.all()) {
      if (given(option)) {
        throw new IllegalArgumentException(
            option.longestName()
                + " is for a single filter without brackets; write the parameter in brackets, such"
                + " as --filter 'ema(alpha=0.9), perp'");
      }
    }
    FilterType<? extends GradientFilter> type = filter.type();
    return type.factory().create(type.values(filter.values()), shared(type));
  }

  private FilterOptions shared(FilterType<?> type) {
    return shared.options(type, passes.passes(this::given));
  }

  /** Without a filter no option of a filter does anything. */
  private void refuseAll() {
    parameters.refuse(NONE, Stream.empty(), this::given);
    for (OptionSpec option : options.options()) {
      if (!option.equals(kind) && given(option)) {
        throw new IllegalArgumentException(
            option.longestName() + " is an option of a filter, and --filter none inserts none");
      }
    }
  }

  private boolean given(OptionSpec option) {
    return spec.commandLine().getParseResult().hasMatchedOption(option.longestName());
  }

  /** What {@code --filter} can be, in lower case. */
  private static Stream<String> kinds() {
    return Stream.concat(Filters.ALL.stream().map(FilterType::kind), Stream.of(NONE));
  }

  /** The kinds that insert something, for advice: {@code ema, ma or orthogonal}. */
  public static String inserting() {
    return ParameterOptions.alternatives(Filters.ALL.stream().map(FilterType::kind));
  }

  /** The options that change weights without a filter too. */
  public static String passing() {
    return ParameterOptions.alternatives(Passes.ALL.stream().map(kind -> "--" + kind.name()));
  }

  /**
   * What the resource bundle of a command has to say where its defaults are those of a filter: see
   * {@link #filter(GradientFilter)}.
   */
  public static Map<String, String> defaultTexts(GradientFilter reference) {
    Map<String, String> texts = new TreeMap<>();
    texts.put("default.filter", nameOf(reference));
    List<Parameter<?>> parameters = reference.type().parameters();
    for (int i = 0; i < parameters.size(); i++) {
      texts.put(
          ParameterOptions.bundleKey(reference.type(), parameters.get(i)),
          parameters.get(i).text(reference.values().get(i)));
    }
    return texts;
  }
}
