package org.grokfast.tools.verify.tensorflow.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.grokfast.filter.FilterDescription;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.pass.StepPass;
import org.grokfast.pass.UpdateRule;

/**
 * What the child process does; made and checked before TensorFlow sees the graphs.
 *
 * @param steps the number of steps
 * @param seed of random inputs
 * @param intRange integers are drawn from 0 to this, exclusive
 * @param feedsFile a file with inputs, or null
 * @param inputs the placeholders to feed
 * @param groups what is run, one after the other, in a step
 * @param variables the variables that get equal first values
 * @param start how the first values come about
 * @param lambs the parameters to set to zero for the comparison of weights
 * @param compareWeights whether the weights of the two graphs have to agree without amplification
 * @param notes what the user should know
 * @param proof how to prove that the filters stand on gradients; null for not at all
 */
public record VerifyPlan(
    int steps,
    long seed,
    int intRange,
    String feedsFile,
    List<Input> inputs,
    List<Group> groups,
    List<Variable> variables,
    Start start,
    List<String> lambs,
    boolean compareWeights,
    List<String> notes,
    ProofPlan proof) {

  /**
   * A placeholder.
   *
   * @param name its node
   * @param dtype its type, as {@code DT_FLOAT}
   * @param shape its dimensions with every open one filled in; null where their number is open
   */
  public record Input(String name, String dtype, List<Long> shape) {}

  /**
   * The nodes that are run together.
   *
   * @param original the nodes in the original graph
   * @param rewritten the nodes in the rewritten graph
   * @param sites what is filtered by them
   */
  public record Group(List<String> original, List<String> rewritten, List<Site> sites) {}

  /**
   * A filtered gradient.
   *
   * @param variable the variable
   * @param filter the filter's description
   * @param raw the tensor that enters the filter
   * @param filtered the tensor that leaves it
   * @param precision the format of both
   * @param shape the dimensions, of a row where the filter is lazy
   * @param indices the tensor that says of which rows {@code raw} is; null where it is of all
   * @param runs where the filter stands in a function or a branch, the tensor that counts how often
   *     it has run; the other tensors then hold what they held in its last run. Null elsewhere
   * @param state names the state of the filter; sites of which one alone runs at a time share it
   * @param rate the tensor of the learning rate that a pass takes; null where none does
   */
  public record Site(
      String variable,
      String filter,
      String raw,
      String filtered,
      Precision precision,
      List<Integer> shape,
      String indices,
      String runs,
      String state,
      String rate) {

    /** The tensors to look at in a step, {@code filtered} first and {@code rate} last. */
    public List<String> tensors() {
      return Stream.of(filtered, raw, indices, rate).filter(Objects::nonNull).toList();
    }

    /** What is done to the variable beside the filter. */
    public List<StepPass> passes() {
      List<Long> whole = indices == null ? shape.stream().map(Integer::longValue).toList() : null;
      return FilterDescription.parse(filter).options().passes().stream()
          .filter(pass -> pass.selects(variable))
          .filter(pass -> pass.updateRule().isEmpty() || (whole != null && pass.takes(whole)))
          .toList();
    }

    /** What is made in place of the update; empty where the update is made. */
    public Optional<UpdateRule> updateRule() {
      return passes().stream().flatMap(pass -> pass.updateRule().stream()).findFirst();
    }
  }

  /**
   * A variable.
   *
   * @param name its node
   * @param read the tensor with its value
   * @param value the placeholder of a new value, in the rewritten graph
   * @param assign the node that sets the new value, in the rewritten graph
   */
  public record Variable(String name, String read, String value, String assign) {}

  /**
   * How variables get their first values.
   *
   * @param original the nodes that initialise the original
   * @param rewritten the nodes that initialise what the filter keeps
   * @param restore the node that restores the original from a checkpoint; null for none
   * @param file the tensor of the checkpoint's name; null for none
   * @param prefix the checkpoint; null for none
   */
  public record Start(
      List<String> original, List<String> rewritten, String restore, String file, String prefix) {

    /** This start, with more nodes that initialise the rewritten graph. */
    Start with(List<String> more) {
      List<String> nodes = new ArrayList<>(rewritten);
      nodes.addAll(more);
      return new Start(original, nodes, restore, file, prefix);
    }
  }

  /** Whether anything is done to weights beside the filters. */
  public boolean hasPasses() {
    return groups.stream()
        .flatMap(group -> group.sites().stream())
        .anyMatch(site -> !site.passes().isEmpty());
  }

  /** How far weights may be apart by the roundings of what is made in place of updates. */
  public double rounding() {
    return groups.stream()
        .flatMap(group -> group.sites().stream())
        .flatMap(site -> site.updateRule().stream())
        .mapToDouble(UpdateRule::rounding)
        .max()
        .orElse(0);
  }

  /** The site of a variable, if it is filtered. */
  public Optional<Site> site(String variable) {
    return groups.stream()
        .flatMap(group -> group.sites().stream())
        .filter(site -> site.variable().equals(variable))
        .findFirst();
  }
}
