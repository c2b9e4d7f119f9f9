package org.grokfast.models.analysis.spectrum;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The density of a matrix's eigenvalues by stochastic Lanczos quadrature (Lin, Saad and Yang 2016,
 * arXiv 1308.5467; Ghorbani, Krishnan and Xiao 2019, arXiv 1901.10159): the mean over random signs
 * v of the Gauss quadrature that a Lanczos decomposition from v gives. Means of polynomials up to
 * degree 2·steps − 1 over the eigenvalues are those of the quadrature, but for the chance in v.
 */
public final class SpectralDensity {

  /**
   * A place of the spectrum and the share of the eigenvalues there.
   *
   * @param value an approximate eigenvalue
   * @param share in [0, 1]; all shares sum to 1
   */
  public record Node(double value, double share) {}

  private final List<Node> nodes;

  private SpectralDensity(List<Node> nodes) {
    this.nodes = List.copyOf(nodes);
  }

  /**
   * Estimates the density.
   *
   * @param matrix the matrix
   * @param probes how many random vectors, ≥ 1
   * @param steps how many products a vector, ≥ 1
   * @param seed of the vectors
   */
  public static SpectralDensity of(SymmetricOperator matrix, int probes, int steps, long seed) {
    Random random = new Random(seed);
    List<Node> nodes = new ArrayList<>();
    for (int probe = 0; probe < probes; probe++) {
      Lanczos.Quadrature part =
          Lanczos.quadrature(matrix, Vectors.signs(matrix.size(), random), steps);
      double[] values = part.values();
      double[] weights = part.weights();
      for (int i = 0; i < values.length; i++) {
        nodes.add(new Node(values[i], weights[i] / probes));
      }
    }
    return new SpectralDensity(nodes);
  }

  /** The quadrature's nodes, probe by probe. */
  public List<Node> nodes() {
    return nodes;
  }

  /** The mean of λ^power over all eigenvalues λ; power 1 is the trace over the number of rows. */
  public double moment(int power) {
    return nodes.stream().mapToDouble(node -> node.share() * Math.pow(node.value(), power)).sum();
  }

  /** The share of the eigenvalues up to a value. */
  public double shareUpTo(double value) {
    return nodes.stream().filter(n -> n.value() <= value).mapToDouble(Node::share).sum();
  }

  /**
   * The density at a place, each node spread as a normal distribution.
   *
   * @param value the place
   * @param width the standard deviation of a node, &gt; 0
   */
  public double at(double value, double width) {
    double sum = 0;
    for (Node node : nodes) {
      double distance = (value - node.value()) / width;
      sum += node.share() * Math.exp(-distance * distance / 2);
    }
    return sum / (width * Math.sqrt(2 * Math.PI));
  }
}
