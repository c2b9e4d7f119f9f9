package org.grokfast.io;

import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grokfast.filter.GradientFilter;
import org.grokfast.rewrite.GraphDiff;
import org.grokfast.rewrite.GraphOutline;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.Inspection;
import org.grokfast.rewrite.RewriteReport;
import org.grokfast.rewrite.coverage.UnfilteredVariables;

/**
 * A training graph that was read from a file or folder, in whatever format. Immutable; what changes
 * it gives a new one, in which everything else is as it was and which has been checked as a file is
 * that was read.
 */
public interface ModelFile {

  /** Its name for messages. */
  String source();

  /** Its form, as {@code --format} and {@code --json} spell it: {@code graph-def}. */
  String form();

  /** Its form for messages, with its article: "a MetaGraphDef in text form". */
  String described();

  /** What only files of the same format are, for messages: "a TensorFlow graph". */
  String kind();

  /** Whether it is written as a folder. */
  boolean isFolder();

  /** How large the graph is. */
  Size size();

  /** Whether a pass inserted anything. */
  boolean isRewritten();

  /**
   * A filter inserted.
   *
   * @throws GraphRewriteException if no gradient can be filtered, a filter is there already and is
   *     not to be replaced, variables are trained and unfiltered and that isn't allowed, or the
   *     format has no use for one of the settings
   */
  Rewritten rewrite(GradientFilter filter, RewriteSettings settings);

  /**
   * The original, without anything that a pass inserted.
   *
   * @throws GraphRewriteException if nothing was inserted, or what was inserted is used elsewhere
   */
  Stripped strip();

  /**
   * The part that inference needs.
   *
   * @param outputs the nodes or tensors to keep; empty for those that the file names
   * @throws GraphRewriteException if there is none, or the format can't be cut
   */
  Stripped inferencePart(List<String> outputs);

  /** What is in it. */
  Inspection inspect();

  /**
   * In what another differs.
   *
   * @throws GraphFileException if the other is of another kind
   */
  GraphDiff diff(ModelFile after);

  /** Its nodes as pictures show them; empty where the format has no pictures. */
  Optional<GraphOutline> outline();

  /**
   * Writes it to a path.
   *
   * @throws GraphFileException if the output may not be replaced or can't be written
   */
  void write(Path target, Overwrite overwrite);

  /**
   * Writes it to a stream, which is flushed and left open.
   *
   * @throws GraphFileException if it is a folder, or the stream can't be written
   */
  void write(OutputStream out);

  /**
   * The error where two files of one kind were expected.
   *
   * @param after the second of them
   */
  default GraphFileException differentKind(ModelFile after) {
    return new GraphFileException(
        after.source()
            + (kind().equals(after.kind())
                ? ": this is of another kind ("
                    + after.form()
                    + ") than "
                    + source()
                    + " ("
                    + form()
                    + ")"
                : ": this is " + after.kind() + ", and the other input is " + kind())
            + ". Give two of one kind.");
  }

  /**
   * How large a graph is.
   *
   * @param nodes the number of nodes outside functions
   * @param functions the number of functions
   */
  record Size(int nodes, int functions) {}

  /**
   * What is done besides inserting a filter.
   *
   * @param gradients tensors by the variable that they are the gradient of, for optimizers that no
   *     rule knows
   * @param updates outputs by the parameter whose next value they hold
   * @param replace whether a filter that is there is taken out first
   * @param fixAdamOrder whether updates of Adam's powers of beta wait for the ops that read them
   * @param unfiltered what to do where variables are trained and can't be filtered
   */
  record RewriteSettings(
      Map<String, String> gradients,
      Map<String, String> updates,
      boolean replace,
      boolean fixAdamOrder,
      UnfilteredVariables unfiltered) {
    /** Makes the maps immutable. */
    public RewriteSettings {
      gradients = Collections.unmodifiableMap(new LinkedHashMap<>(gradients));
      updates = Collections.unmodifiableMap(new LinkedHashMap<>(updates));
    }
  }

  /**
   * What a rewrite gives.
   *
   * @param file the rewritten graph
   * @param report what was done
   */
  record Rewritten(ModelFile file, RewriteReport report) {}

  /**
   * What is left of a graph.
   *
   * @param file the graph
   * @param notes what was taken out and what the user should know, a sentence each
   */
  record Stripped(ModelFile file, List<String> notes) {
    /** Makes the list immutable. */
    public Stripped {
      notes = List.copyOf(notes);
    }
  }
}
