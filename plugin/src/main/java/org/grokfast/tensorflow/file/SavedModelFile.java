package org.grokfast.tensorflow.file;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.grokfast.io.GraphFileException;
import org.grokfast.io.Quote;
import org.grokfast.tensorflow.nodes.GraphParts;
import org.grokfast.tensorflow.nodes.MetaGraphParts;
import org.grokfast.tensorflow.nodes.SavedModelParts;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;

/**
 * A SavedModel: the message, and the folder that its variables and assets stay in.
 *
 * @param origin where it was read from
 * @param content the message
 * @param selected which of its graphs is meant; empty where there are several and none was chosen
 */
public record SavedModelFile(Origin origin, SavedModelParts content, OptionalInt selected)
    implements GraphFile {

  /**
   * Where a SavedModel was read from.
   *
   * @param source the name for messages
   * @param form binary or text
   * @param folder the folder with variables and assets; empty if only the message was read
   */
  public record Origin(String source, GraphForm form, Optional<Path> folder) {}

  /** A SavedModel with its only graph selected, or none where it has several. */
  static SavedModelFile of(Origin origin, SavedModelParts content) {
    int count = content.metaGraphs().size();
    if (count == 0) {
      throw new GraphFileException(
          origin.source() + ": the SavedModel has no graph. Save the model again.");
    }
    OptionalInt only = count == 1 ? OptionalInt.of(0) : OptionalInt.empty();
    return new SavedModelFile(origin, content, only);
  }

  @Override
  public GraphForm form() {
    return origin.form();
  }

  @Override
  public String source() {
    return origin.source();
  }

  @Override
  public Message message() {
    return content.savedModel();
  }

  /** The tag set of each graph, in the file's order; tags sorted. */
  public List<Set<String>> tagSets() {
    List<Set<String>> sets = new ArrayList<>();
    for (MetaGraphParts graph : content.metaGraphs()) {
      sets.add(new TreeSet<>(graph.rest().getMetaInfoDef().getTagsList()));
    }
    return sets;
  }

  /**
   * The same SavedModel with the graph selected that has exactly these tags.
   *
   * @throws GraphFileException if none or several have them
   */
  public SavedModelFile select(Set<String> tags) {
    List<Set<String>> sets = tagSets();
    int found = sets.indexOf(tags);
    if (found < 0 || found != sets.lastIndexOf(tags)) {
      throw new GraphFileException(
          source()
              + ": "
              + (found < 0 ? "no graph has" : "more than one graph has")
              + " the tag set "
              + describe(tags)
              + ". The tag sets are: "
              + describeAll()
              + ".");
    }
    return new SavedModelFile(origin, content, OptionalInt.of(found));
  }

  @Override
  public GraphDef graph() {
    return parts().graphDef();
  }

  @Override
  public Optional<MetaGraphDef> metaGraph() {
    return Optional.of(selectedGraph().metaGraphDef());
  }

  @Override
  public Optional<MetaGraphParts> metaGraphParts() {
    return Optional.of(selectedGraph());
  }

  @Override
  public GraphParts parts() {
    return selectedGraph().graph();
  }

  @Override
  public long serializedSize() {
    return content.serializedSize();
  }

  @Override
  public void writeTo(CodedOutputStream out) throws IOException {
    content.writeTo(out);
  }

  @Override
  public SavedModelFile withParts(GraphParts graph) {
    return withMetaGraph(selectedGraph().withGraph(graph));
  }

  @Override
  public SavedModelFile withMetaGraph(MetaGraphParts metaGraph) {
    return new SavedModelFile(origin, content.with(index(), metaGraph), selected);
  }

  private MetaGraphParts selectedGraph() {
    return content.metaGraphs().get(index());
  }

  private int index() {
    return selected.orElseThrow(
        () ->
            new GraphFileException(
                source()
                    + ": the SavedModel has "
                    + content.metaGraphs().size()
                    + " graphs. Choose one by its tags: "
                    + describeAll()
                    + "."));
  }

  private String describeAll() {
    return tagSets().stream().map(SavedModelFile::describe).collect(Collectors.joining(", "));
  }

  private static String describe(Set<String> tags) {
    return tags.stream().sorted().map(Quote::name).collect(Collectors.joining(" ", "{", "}"));
  }
}
