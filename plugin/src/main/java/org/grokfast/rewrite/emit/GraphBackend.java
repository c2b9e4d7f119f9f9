package org.grokfast.rewrite.emit;

import java.util.List;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.algebra.FilterStep;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.pass.StepPass;
import org.grokfast.probe.ProbeSetting;
import org.grokfast.rewrite.RewritePlan.PlannedSite;

/**
 * What a graph format does for the {@link FilterWriter}: the nodes of one graph, or of one
 * function's body.
 *
 * @param <T> a tensor of the graph
 */
public interface GraphBackend<T> {

  /**
   * Begins a site.
   *
   * @param planned the site and its filter
   * @param names the names of what is inserted for it
   */
  Site<T> open(PlannedSite planned, SiteNames names);

  /**
   * One site. The methods are called in this order, {@link #declare} once for each state, {@link
   * #measure} only where there are probes and {@link #change} only where there are passes.
   *
   * @param <T> a tensor of the graph
   */
  interface Site<T> {

    /** Adds a state that is zero before the first step, and reads it. */
    State<T> declare(StateSpec spec);

    /** The gradient that enters the filter, in the computation format. */
    T gradient();

    /** Emits the filter. */
    FilterStep<T> step(GradientFilter filter, T gradient, List<T> old);

    /**
     * Emits what is measured, where anything is: before the output reaches the optimizer.
     *
     * @param probes what to measure; at least one
     * @param gradient what entered the filter
     * @param output what the optimizer is to see
     */
    void measure(List<ProbeSetting> probes, T gradient, T output);

    /**
     * Emits what is done to the variable before its update and after it.
     *
     * @param passes what to do, in the order of a step; at least one
     * @param output what the optimizer is to see
     * @throws org.grokfast.rewrite.GraphRewriteException if the site lacks what a pass needs
     */
    void change(List<StepPass> passes, T output);

    /** Lets the optimizer take the output in place of the gradient, and the state be written. */
    void replaceGradient(T output);
  }

  /**
   * A declared state.
   *
   * @param <T> a tensor of the graph
   */
  interface State<T> {

    /** The value before this step: a ring itself, anything else in the computation format. */
    T old();

    /** Writes the value after this step. Whatever reads the old one comes before. */
    void write(T value);
  }

  /**
   * A state to be.
   *
   * @param path its name, if that is free
   * @param shape its dimensions; of a ring, the number of slots first
   * @param precision the format in which it is stored
   * @param ring whether it is a ring of tensors
   */
  record StateSpec(String path, List<Long> shape, Precision precision, boolean ring) {
    /** Makes the shape immutable. */
    public StateSpec {
      shape = List.copyOf(shape);
    }
  }
}
