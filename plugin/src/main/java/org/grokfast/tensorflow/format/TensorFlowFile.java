package org.grokfast.tensorflow.format;

import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.grokfast.filter.FilterDescription;
import org.grokfast.filter.GradientFilter;
import org.grokfast.io.GraphFileException;
import org.grokfast.io.ModelFile;
import org.grokfast.io.Overwrite;
import org.grokfast.io.ReadLimits;
import org.grokfast.rewrite.GraphDiff;
import org.grokfast.rewrite.GraphOutline;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.InsertedNames;
import org.grokfast.rewrite.Inspection;
import org.grokfast.rewrite.RewriteReport;
import org.grokfast.tensorflow.AdamOrderPass;
import org.grokfast.tensorflow.FilterStripper;
import org.grokfast.tensorflow.GraphRewriter;
import org.grokfast.tensorflow.InsertedNodes;
import org.grokfast.tensorflow.StrippedMetaGraph;
import org.grokfast.tensorflow.file.GraphFile;
import org.grokfast.tensorflow.file.GraphFileWriter;
import org.grokfast.tensorflow.file.GraphValidator;
import org.grokfast.tensorflow.file.SavedModelFile;
import org.grokfast.tensorflow.file.TrainableVariables;
import org.grokfast.tensorflow.inspect.GraphComparison;
import org.grokfast.tensorflow.inspect.GraphInspection;
import org.grokfast.tensorflow.inspect.GraphSummary;
import org.grokfast.tensorflow.inspect.UnrestoredVariables;
import org.grokfast.tensorflow.nodes.GraphParts;
import org.grokfast.tensorflow.serving.InferencePart;

/**
 * A TensorFlow graph.
 *
 * @param file the file
 * @param limits within which it was read, and is written
 */
public record TensorFlowFile(GraphFile file, ReadLimits limits) implements ModelFile {

  @Override
  public String source() {
    return file.source();
  }

  @Override
  public String form() {
    return file.form().option();
  }

  @Override
  public String described() {
    return "a " + file.form().label();
  }

  @Override
  public String kind() {
    return "a TensorFlow graph";
  }

  @Override
  public boolean isFolder() {
    return file instanceof SavedModelFile model && model.origin().folder().isPresent();
  }

  @Override
  public Size size() {
    GraphParts parts = file.parts();
    return new Size(parts.nodes().size(), parts.functions().size());
  }

  @Override
  public boolean isRewritten() {
    return FilterStripper.isRewritten(file.parts());
  }

  @Override
  public Rewritten rewrite(GradientFilter filter, RewriteSettings settings) {
    if (!settings.updates().isEmpty()) {
      throw new GraphRewriteException(
          source()
              + ": --update pairs inputs and outputs of an ONNX model, and this is "
              + described()
              + ". Leave it out.");
    }
    GraphParts graph = file.parts();
    InsertedNodes present = InsertedNodes.of(graph);
    if (!present.filters().isEmpty() && !settings.replace()) {
      throw new GraphRewriteException(
          source()
              + ": the graph already holds "
              + FilterDescription.brief(present.filters().get(0))
              + " ("
              + String.join(", ", present.passes())
              + "). Take it out with 'grokfast strip', or give --replace.");
    }
    boolean wasOrdered = settings.replace() && !present.orders().isEmpty();
    GraphRewriter filtering =
        new GraphRewriter(filter)
            .withGradients(settings.gradients())
            .withUnfiltered(settings.unfiltered())
            .withTrainable(TrainableVariables.of(file));
    GraphFile base = settings.replace() && isRewritten() ? stripped() : file;
    GraphRewriter.Result result = filtering.apply(base.parts());
    List<String> notes = new ArrayList<>(result.report().notes());
    GraphParts rewritten = result.parts();
    if (settings.fixAdamOrder() || wasOrdered) {
      AdamOrderPass.Result ordered = AdamOrderPass.apply(rewritten);
      rewritten = ordered.parts();
      notes.add(
          ordered.updates().isEmpty()
              ? "every update of a power of beta is ordered already"
              : String.join(", ", ordered.updates()) + " now wait for the ops that read the power");
    }
    if (isFolder()) {
      notes.add(
          "the SavedModel's variables are carried over as they are, without the new state: the filter"
              + " starts afresh when the model is loaded, or run '"
              + InsertedNames.of(InsertedNames.INIT)
              + "'");
    }
    UnrestoredVariables.warning(file).ifPresent(notes::add);
    RewriteReport report = result.report();
    return new Rewritten(
        checked(base.withParts(rewritten)),
        new RewriteReport(report.plan(), report.stateVariables(), report.stateBytes(), notes));
  }

  @Override
  public Stripped strip() {
    GraphParts graph = file.parts();
    GraphFile stripped = stripped();
    InsertedNodes inserted = InsertedNodes.of(graph);
    List<String> notes = new ArrayList<>();
    inserted.filters().forEach(each -> notes.add("took out " + each));
    if (!inserted.orders().isEmpty()) {
      notes.add("took out the order of " + String.join(", ", inserted.orders()));
    }
    return new Stripped(checked(stripped), notes);
  }

  /** The file without inserted nodes; a MetaGraph names ops that were copied as before. */
  private GraphFile stripped() {
    return file.metaGraphParts()
        .map(metaGraph -> file.withMetaGraph(StrippedMetaGraph.of(metaGraph)))
        .orElseGet(() -> file.withParts(FilterStripper.apply(file.parts())));
  }

  @Override
  public Stripped inferencePart(List<String> outputs) {
    InferencePart.Result part = InferencePart.of(file, outputs);
    return new Stripped(checked(part.file()), part.notes());
  }

  private TensorFlowFile checked(GraphFile changed) {
    new GraphValidator(limits).validate(changed);
    return new TensorFlowFile(changed, limits);
  }

  @Override
  public Inspection inspect() {
    return new GraphSummary(GraphInspection.of(file), file.form().label()).inspection();
  }

  @Override
  public GraphDiff diff(ModelFile after) {
    if (after instanceof TensorFlowFile other) {
      return GraphComparison.between(file, other.file);
    }
    throw differentKind(after);
  }

  @Override
  public Optional<GraphOutline> outline() {
    return Optional.of(new TensorFlowOutline(file.graph()));
  }

  @Override
  public void write(Path target, Overwrite overwrite) {
    GraphFileWriter.write(file, target, overwrite);
  }

  @Override
  public void write(OutputStream out) {
    if (isFolder()) {
      throw new GraphFileException(
          source()
              + ": a SavedModel is a folder, which does not fit standard output. Give -o FOLDER.");
    }
    GraphFileWriter.write(file, out);
  }
}
