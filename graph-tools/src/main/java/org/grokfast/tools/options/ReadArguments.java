package org.grokfast.tools.options;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.grokfast.io.GraphFileException;
import org.grokfast.io.ReadLimits;
import org.grokfast.onnx.file.OnnxFile;
import org.grokfast.onnx.file.OnnxReader;
import org.grokfast.onnx.file.OnnxValidator;
import org.grokfast.onnx.file.OrtArtifacts;
import org.grokfast.tensorflow.file.GraphContent;
import org.grokfast.tensorflow.file.GraphFile;
import org.grokfast.tensorflow.file.GraphFileReader;
import org.grokfast.tensorflow.file.GraphForm;
import org.grokfast.tensorflow.file.GraphValidator;
import org.grokfast.tensorflow.file.SavedModelFile;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;
import picocli.CommandLine.TypeConversionException;

/** The options of every verb that reads a graph. */
public final class ReadArguments {
  /** The name that stands for standard input or output. */
  public static final String STANDARD_STREAM = "-";

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--format",
      paramLabel = "FORM",
      converter = FormConverter.class,
      description =
          "Take the input to be a graph-def, graph-def-text, meta-graph, meta-graph-text,"
              + " saved-model or saved-model-text; default: by its content.")
  private GraphForm format;

  @Option(
      names = "--tags",
      paramLabel = "TAG",
      split = ",",
      description =
          "Of a SavedModel with several graphs, the one with exactly these tags, separated by"
              + " commas; default: the only one.")
  private List<String> tags = List.of();

  @Option(
      names = "--max-bytes",
      paramLabel = "N",
      description = "The largest input that is read, in bytes; default 2147483647.")
  private long maxBytes = ReadLimits.DEFAULT_MAX_BYTES;

  @Option(
      names = "--max-depth",
      paramLabel = "N",
      description = "How deep messages may be nested, in levels; default 100.")
  private int maxDepth = ReadLimits.DEFAULT_MAX_DEPTH;

  @Option(
      names = "--max-nodes",
      paramLabel = "N",
      description = "The most nodes that are read, functions included; default 5000000.")
  private int maxNodes = ReadLimits.DEFAULT_MAX_NODES;

  @Option(
      names = "--max-functions",
      paramLabel = "N",
      description = "The most functions that are read; default 100000.")
  private int maxFunctions = ReadLimits.DEFAULT_MAX_FUNCTIONS;

  @Option(
      names = "--max-attributes",
      paramLabel = "N",
      description = "The most attributes that a node may have; default 1000.")
  private int maxAttributes = ReadLimits.DEFAULT_MAX_ATTRIBUTES;

  /** Reads a file, a folder or, for {@code -}, standard input, and checks its structure. */
  public GraphFile read(String input) {
    return read(open(input));
  }

  /**
   * Reads the same, but only tells what it is: a verb that knows several formats asks for the form
   * and goes on with the code of the one that it is.
   */
  public GraphContent open(String input) {
    GraphFileReader reader = reader();
    return input.equals(STANDARD_STREAM)
        ? reader.open(System.in, GraphFileReader.STANDARD_INPUT)
        : reader.open(Path.of(input));
  }

  /** Reads whatever it is, TensorFlow or ONNX, and checks its structure. */
  public AnyInput any(String input) {
    boolean stream = input.equals(STANDARD_STREAM);
    if (!stream && OrtArtifacts.isFolder(Path.of(input))) {
      requireNoTags(input, "a folder of ONNX Runtime artifacts");
      return AnyInput.of(new OnnxInput.Artifacts(OrtArtifacts.read(Path.of(input), limits())));
    }
    GraphContent content = open(input);
    if (content.form() != GraphForm.ONNX) {
      return AnyInput.of(read(content));
    }
    requireNoTags(content.source(), GraphForm.ONNX.described());
    OnnxReader reader = new OnnxReader(limits());
    OnnxFile file =
        content
            .path()
            .map(path -> reader.read(content.bytes(), path))
            .orElseGet(() -> reader.read(content.bytes(), content.source()));
    OnnxValidator.validate(file);
    return AnyInput.of(new OnnxInput.Model(file));
  }

  private void requireNoTags(String source, String what) {
    if (!tags.isEmpty()) {
      throw new GraphFileException(
          source
              + ": --tags chooses a graph of a SavedModel, and this is "
              + what
              + ". Leave --tags out.");
    }
  }

  /** Parses a TensorFlow graph and checks its structure. */
  public GraphFile read(GraphContent content) {
    GraphFile file = select(reader().parse(content));
    new GraphValidator(limits()).validate(file);
    return file;
  }

  private GraphFileReader reader() {
    GraphFileReader reader = new GraphFileReader(limits());
    return format == null ? reader : reader.forcing(format);
  }

  /** The limits that the options set. */
  public ReadLimits limits() {
    try {
      return new ReadLimits(maxBytes, maxDepth, maxNodes, maxFunctions, maxAttributes);
    } catch (IllegalArgumentException e) {
      // The message names the limit as Java spells it.
      String option = e.getMessage().replaceFirst("^max", "--max-").toLowerCase(Locale.ROOT);
      throw new ParameterException(spec.commandLine(), option, e);
    }
  }

  /** The options that whoever reads the same input again has to give again. */
  public List<String> again() {
    List<String> options = new ArrayList<>();
    if (format != null) {
      options.add("--format=" + label(format));
    }
    if (!tags.isEmpty()) {
      options.add("--tags=" + String.join(",", tags));
    }
    return options;
  }

  private GraphFile select(GraphFile file) {
    if (!(file instanceof SavedModelFile model)) {
      if (!tags.isEmpty()) {
        throw new GraphFileException(
            file.source()
                + ": --tags chooses a graph of a SavedModel, and this is a "
                + file.form().label()
                + ". Leave --tags out.");
      }
      return file;
    }
    if (!tags.isEmpty()) {
      return model.select(Set.copyOf(tags));
    }
    if (model.selected().isEmpty()) {
      List<String> choices = new ArrayList<>();
      model.tagSets().forEach(set -> choices.add("--tags " + String.join(",", new TreeSet<>(set))));
      throw new GraphFileException(
          file.source()
              + ": the SavedModel has "
              + choices.size()
              + " graphs. Choose one: "
              + String.join(" or ", choices)
              + ".");
    }
    return file;
  }

  /** A form as the option spells it. */
  public static String label(GraphForm form) {
    return form.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Reads {@code graph-def} as well as {@code GRAPH_DEF}. */
  static final class FormConverter implements ITypeConverter<GraphForm> {
    @Override
    public GraphForm convert(String value) {
      List<String> labels = new ArrayList<>();
      for (GraphForm form : GraphForm.values()) {
        String label = label(form);
        if (label.equals(value.toLowerCase(Locale.ROOT).replace('_', '-'))) {
          return form;
        }
        labels.add(label);
      }
      throw new TypeConversionException(
          "'" + value + "' is no form; the forms are " + String.join(", ", labels));
    }
  }
}
