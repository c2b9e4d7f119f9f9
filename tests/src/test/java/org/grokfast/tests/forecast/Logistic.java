package org.grokfast.tests.forecast;

import de.bwaldvogel.liblinear.Feature;
import de.bwaldvogel.liblinear.FeatureNode;
import de.bwaldvogel.liblinear.Linear;
import de.bwaldvogel.liblinear.Model;
import de.bwaldvogel.liblinear.Parameter;
import de.bwaldvogel.liblinear.Problem;
import de.bwaldvogel.liblinear.SolverType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.grokfast.models.forecast.ForecastModel.Member;
import org.grokfast.models.forecast.ForecastModel.Scale;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.QRDecomposition;

/**
 * Fits to rows of the study: LIBLINEAR's logistic regression with an L2 penalty, whose solver draws
 * nothing, and ridge regression by Hipparchus.
 */
final class Logistic {
  /** LIBLINEAR's C, the weight of the losses against the penalty. */
  static final double COST = 0.3;

  private static final double TOLERANCE = 1e-8;

  private Logistic() {}

  /** The features' values over some rows. */
  static List<Scale> scales(List<StudyRow> rows, List<String> features) {
    List<Scale> scales = new ArrayList<>();
    for (String name : features) {
      double[] values = rows.stream().mapToDouble(row -> row.features().get(name)).toArray();
      double mean = 0;
      double least = Double.POSITIVE_INFINITY;
      double most = Double.NEGATIVE_INFINITY;
      for (double value : values) {
        mean += value / values.length;
        least = Math.min(least, value);
        most = Math.max(most, value);
      }
      double square = 0;
      for (double value : values) {
        square += (value - mean) * (value - mean) / values.length;
      }
      double deviation = square == 0 ? 1 : Math.sqrt(square);
      scales.add(
          new Scale(name, StudyTable.rounded(mean), StudyTable.rounded(deviation), least, most));
    }
    return scales;
  }

  static double[] standardized(List<Scale> scales, Map<String, Double> features) {
    return scales.stream()
        .mapToDouble(scale -> (features.get(scale.name()) - scale.mean()) / scale.deviation())
        .toArray();
  }

  /** The logistic model of whether a row generalised. The penalty spares the bias. */
  static Member fit(List<StudyRow> rows, List<Scale> scales) {
    Problem problem = new Problem();
    problem.l = rows.size();
    problem.n = scales.size() + 1;
    problem.bias = 1;
    problem.x = new Feature[rows.size()][];
    problem.y = new double[rows.size()];
    for (int i = 0; i < rows.size(); i++) {
      double[] values = standardized(scales, rows.get(i).features());
      problem.x[i] = new Feature[problem.n];
      for (int f = 0; f < values.length; f++) {
        problem.x[i][f] = new FeatureNode(f + 1, values[f]);
      }
      problem.x[i][values.length] = new FeatureNode(problem.n, 1);
      problem.y[i] = rows.get(i).generalised() ? 1 : 0;
    }
    Parameter parameter = new Parameter(SolverType.L2R_LR, COST, TOLERANCE);
    parameter.setRegularizeBias(false);
    Linear.disableDebugOutput();
    Model model = Linear.train(problem, parameter);
    // LIBLINEAR's first label is that of the first row; its weights are those of that label.
    double sign = model.getLabels()[0] == 1 ? 1 : -1;
    double[] weights = model.getFeatureWeights();
    List<Double> signed = new ArrayList<>();
    for (int f = 0; f < scales.size(); f++) {
      signed.add(sign * weights[f]);
    }
    return new Member(sign * weights[scales.size()], signed);
  }

  static double probability(Member member, double[] standardized) {
    double sum = member.bias();
    for (int f = 0; f < standardized.length; f++) {
      sum += member.weights().get(f) * standardized[f];
    }
    return 1 / (1 + Math.exp(-sum));
  }

  /** The linear model of the logarithm of the step that generalised rows reached 95 % at. */
  static Member line(List<StudyRow> generalised, List<Scale> scales) {
    int n = generalised.size();
    int features = scales.size();
    // A row more for each weight but the bias: ridge regression as least squares.
    Array2DRowRealMatrix x = new Array2DRowRealMatrix(n + features, features + 1);
    ArrayRealVector y = new ArrayRealVector(n + features);
    for (int i = 0; i < n; i++) {
      double[] values = standardized(scales, generalised.get(i).features());
      for (int f = 0; f < features; f++) {
        x.setEntry(i, f, values[f]);
      }
      x.setEntry(i, features, 1);
      y.setEntry(i, Math.log10(generalised.get(i).reached().orElseThrow()));
    }
    for (int f = 0; f < features; f++) {
      x.setEntry(n + f, f, 1);
    }
    double[] weights = new QRDecomposition(x).getSolver().solve(y).toArray();
    List<Double> list = new ArrayList<>();
    for (int f = 0; f < features; f++) {
      list.add(weights[f]);
    }
    return new Member(weights[features], list);
  }
}
