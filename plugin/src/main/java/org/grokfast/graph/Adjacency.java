package org.grokfast.graph;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Edges of a directed graph over numbered vertices, by the vertex that they start from. */
public final class Adjacency {
  private final int[] starts;

  /** May be longer than there are edges. */
  private final int[] targets;

  private Adjacency(int[] starts, int[] targets) {
    this.starts = starts;
    this.targets = targets;
  }

  /** Takes the edges vertex by vertex. */
  public static final class Builder {
    private final int[] starts;
    private int[] targets;
    private int vertices;
    private int edges;

    /** For so many vertices, with space for as many edges at first. */
    public Builder(int vertices) {
      this(vertices, vertices);
    }

    /** For so many vertices, with space for so many edges at first. */
    public Builder(int vertices, int edges) {
      this.starts = new int[vertices + 1];
      this.targets = new int[edges + 16];
    }

    /** Adds an edge of the vertex at hand. */
    public void add(int target) {
      if (edges == targets.length) {
        targets = Arrays.copyOf(targets, edges + (edges >> 2));
      }
      targets[edges++] = target;
    }

    /** Goes on to the next vertex. */
    public void end() {
      starts[++vertices] = edges;
    }

    /** The edges; every vertex must have had its end, and nothing is added any more. */
    public Adjacency build() {
      // For a moment a copy takes as much again as all edges: only where it spares a good deal.
      boolean roomy = targets.length - edges > targets.length >> 3;
      return new Adjacency(starts, roomy ? Arrays.copyOf(targets, edges) : targets);
    }
  }

  /** The number of vertices. */
  public int size() {
    return starts.length - 1;
  }

  /** The number of edges that start from a vertex. */
  public int count(int vertex) {
    return starts[vertex + 1] - starts[vertex];
  }

  /** Where an edge leads. */
  public int target(int vertex, int edge) {
    return targets[starts[vertex] + edge];
  }

  /** Where the edges of a vertex lead, in their order. */
  public int[] of(int vertex) {
    return Arrays.copyOfRange(targets, starts[vertex], starts[vertex + 1]);
  }

  /** The same as a stream. */
  public IntStream stream(int vertex) {
    return Arrays.stream(targets, starts[vertex], starts[vertex + 1]);
  }

  /** The edges turned round; those of a vertex are in the order of where they came from. */
  public Adjacency reversed() {
    int edges = starts[starts.length - 1];
    int[] newStarts = new int[starts.length];
    for (int i = 0; i < edges; i++) {
      newStarts[targets[i] + 1]++;
    }
    for (int i = 1; i < newStarts.length; i++) {
      newStarts[i] += newStarts[i - 1];
    }
    int[] newTargets = new int[edges];
    for (int vertex = size() - 1; vertex >= 0; vertex--) {
      for (int i = starts[vertex + 1] - 1; i >= starts[vertex]; i--) {
        newTargets[--newStarts[targets[i] + 1]] = vertex;
      }
    }
    // Each start has moved down to that of the vertex before it.
    System.arraycopy(newStarts, 1, newStarts, 0, newStarts.length - 1);
    newStarts[newStarts.length - 1] = edges;
    return new Adjacency(newStarts, newTargets);
  }
}
