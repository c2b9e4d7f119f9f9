package org.grokfast.rewrite;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grokfast.rewrite.coverage.Coverage;

/**
 * What is in a training graph, as far as it can be told without running it, in one shape for all
 * formats.
 *
 * @param summary the graph as a whole
 * @param tensors its variables, or what takes their place
 * @param lists further lists for programs, by the name of their field
 * @param sites where gradients reach optimizers; of a rewritten graph, as they were before
 * @param misses what looks like such a place but can't be filtered
 * @param coverage what becomes of each variable that the step changes if all sites are filtered
 * @param hazards what works, but not as its author will expect; empty where the format looks for
 *     none
 * @param words what the format calls these
 * @param rewriteOptions the options that {@code rewrite} needs for this graph
 */
public record Inspection(
    Summary summary,
    List<TensorEntry> tensors,
    Map<String, Object> lists,
    List<Site> sites,
    List<NearMiss> misses,
    Coverage coverage,
    Optional<List<HazardEntry>> hazards,
    Words words,
    List<String> rewriteOptions) {

  /** Makes the collections immutable. */
  public Inspection {
    tensors = List.copyOf(tensors);
    lists = Collections.unmodifiableMap(new LinkedHashMap<>(lists));
    sites = List.copyOf(sites);
    misses = List.copyOf(misses);
    hazards = hazards.map(List::copyOf);
    rewriteOptions = List.copyOf(rewriteOptions);
  }

  /**
   * The graph as a whole.
   *
   * @param fields for programs: names and values, which are numbers, texts, truth values, null, and
   *     lists and maps of these
   * @param facts for people
   */
  public record Summary(Map<String, Object> fields, List<Fact> facts) {
    /** Makes the collections immutable. */
    public Summary {
      fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
      facts = List.copyOf(facts);
    }
  }

  /**
   * A line of the summary.
   *
   * @param label what it is about
   * @param text what it says
   */
  public record Fact(String label, String text) {}

  /**
   * A variable, or an input that takes its place.
   *
   * @param name its name
   * @param dtype the type of its elements
   * @param shape its dimensions, -1 where one is unknown; empty where their number is unknown
   * @param role what it is for: "trained"; empty where it is for nothing in particular
   * @param fields further fields for programs
   */
  public record TensorEntry(
      String name,
      String dtype,
      Optional<List<Long>> shape,
      String role,
      Map<String, Object> fields) {
    /** Makes the map immutable. */
    public TensorEntry {
      fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }
  }

  /**
   * A place where a gradient reaches an optimizer.
   *
   * @param update the place
   * @param placement where it runs; empty where the format doesn't say
   */
  public record Site(UpdateSite update, Optional<Placement> placement) {}

  /**
   * Where an update runs.
   *
   * @param optimizer what takes the gradient: {@code Adam}
   * @param device the device; empty where that is left to the runtime
   * @param text the same for people
   */
  public record Placement(String optimizer, String device, String text) {}

  /**
   * Something that works, but not as its author will expect, or that does more than train.
   *
   * @param kind what it is
   * @param nodes where; at least one
   * @param text what happens, and what to do about it
   */
  public record HazardEntry(String kind, List<String> nodes, String text) {
    /** Makes the list immutable. */
    public HazardEntry {
      nodes = List.copyOf(nodes);
    }
  }

  /**
   * What a format calls things.
   *
   * @param tensors the tensors, as a heading
   * @param trigger the field that says what makes an update run
   * @param nothing the sentence for a graph without sites
   */
  public record Words(String tensors, String trigger, String nothing) {}
}
