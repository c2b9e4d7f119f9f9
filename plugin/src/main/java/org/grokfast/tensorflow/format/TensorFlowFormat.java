package org.grokfast.tensorflow.format;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.grokfast.io.GraphContent;
import org.grokfast.io.GraphFileException;
import org.grokfast.io.GraphFormat;
import org.grokfast.io.ModelFile;
import org.grokfast.io.ReadOptions;
import org.grokfast.tensorflow.file.GraphFile;
import org.grokfast.tensorflow.file.GraphFileReader;
import org.grokfast.tensorflow.file.GraphForm;
import org.grokfast.tensorflow.file.GraphValidator;
import org.grokfast.tensorflow.file.SavedModelFile;

/** TensorFlow: a GraphDef, a MetaGraphDef or a SavedModel. */
public final class TensorFlowFormat implements GraphFormat {

  @Override
  public List<String> forms() {
    return Arrays.stream(GraphForm.values()).map(GraphForm::option).toList();
  }

  @Override
  public Optional<ModelFile> read(GraphContent content, ReadOptions options) {
    if (options.form().isPresent() && !forms().contains(options.form().get())) {
      return Optional.empty();
    }
    return reader(options)
        .find(content)
        .map(
            found -> {
              GraphFile file = select(found, options);
              new GraphValidator(options.limits()).validate(file);
              return new TensorFlowFile(file, options.limits());
            });
  }

  @Override
  public Optional<GraphFileException> explain(GraphContent content, ReadOptions options) {
    return Optional.of(reader(options).explain(content));
  }

  private static GraphFileReader reader(ReadOptions options) {
    GraphFileReader reader = new GraphFileReader(options.limits());
    return Arrays.stream(GraphForm.values())
        .filter(form -> options.form().equals(Optional.of(form.option())))
        .findFirst()
        .map(reader::forcing)
        .orElse(reader);
  }

  private static GraphFile select(GraphFile file, ReadOptions options) {
    if (!(file instanceof SavedModelFile model)) {
      options.requireNoTags(file.source(), "a " + file.form().label());
      return file;
    }
    if (!options.tags().isEmpty()) {
      return model.select(options.tags());
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
}
