package org.grokfast.tests;

import org.tensorflow.Graph;
import org.tensorflow.framework.optimizers.AdaDelta;
import org.tensorflow.framework.optimizers.AdaGrad;
import org.tensorflow.framework.optimizers.AdaGradDA;
import org.tensorflow.framework.optimizers.Adam;
import org.tensorflow.framework.optimizers.Adamax;
import org.tensorflow.framework.optimizers.Ftrl;
import org.tensorflow.framework.optimizers.GradientDescent;
import org.tensorflow.framework.optimizers.Momentum;
import org.tensorflow.framework.optimizers.Nadam;
import org.tensorflow.framework.optimizers.Optimizer;
import org.tensorflow.framework.optimizers.RMSProp;

/** The ten optimizers of TensorFlow Java's framework, with rates at which a few steps show. */
enum FrameworkOptimizer {
  ADA_DELTA,
  ADA_GRAD,
  ADA_GRAD_DA,
  ADAM,
  ADAMAX,
  FTRL,
  GRADIENT_DESCENT,
  MOMENTUM,
  NADAM,
  RMS_PROP;

  Optimizer create(Graph graph) {
    return switch (this) {
      case ADA_DELTA -> new AdaDelta(graph, 1f);
      case ADA_GRAD -> new AdaGrad(graph, 0.1f);
      case ADA_GRAD_DA -> new AdaGradDA(graph, 0.1f);
      case ADAM -> new Adam(graph, 0.01f);
      case ADAMAX -> new Adamax(graph, 0.01f);
      case FTRL -> new Ftrl(graph, 0.1f);
      case GRADIENT_DESCENT -> new GradientDescent(graph, 0.1f);
      case MOMENTUM -> new Momentum(graph, 0.1f, 0.9f);
      case NADAM -> new Nadam(graph, 0.01f);
      case RMS_PROP -> new RMSProp(graph, 0.01f);
    };
  }
}
