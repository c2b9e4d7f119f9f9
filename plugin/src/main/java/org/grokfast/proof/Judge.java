package org.grokfast.proof;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.grokfast.proof.SiteProof.Verdict;

/**
 * Decides from measurements in several steps what a tensor is.
 *
 * <p>"Is not" is said only where the loss is certain: it was named, or a tensor that this one is
 * made from is its gradient, or this one is in every step, but by another factor.
 *
 * @param variable the variable
 * @param losses the names of the losses
 * @param tensors the tensors; the first is judged, and made from the others
 * @param context what is known beside the numbers
 */
public record Judge(String variable, List<String> losses, List<Made> tensors, Context context) {
  private static final String NAME = "name the loss with --loss";

  /**
   * What is known beside the numbers.
   *
   * @param lossIsNamed whether the one loss is the user's
   * @param lossesAreThere whether what the gradient comes from is surely among the losses
   * @param clipped whether something that clips norms stands before the judged tensor
   */
  public record Context(boolean lossIsNamed, boolean lossesAreThere, boolean clipped) {}

  /**
   * A tensor.
   *
   * @param name its name
   * @param between what makes the judged tensor of it, as text; empty for the judged one itself
   * @param harmless whether that leaves a gradient what it is up to a scale and clipping
   */
  public record Made(String name, String between, boolean harmless) {}

  /** A pair of a loss and a tensor that agree in every step in which that can be told. */
  private record Agreement(int loss, int tensor, List<Fit> fits) {
    private Fit first() {
      return fits.get(0);
    }

    private boolean isConstant() {
      return fits.stream().allMatch(fit -> fit.hasFactorOf(first()));
    }

    private boolean isOne() {
      return isConstant() && Math.abs(first().factor() - 1) <= 2 * first().allowed();
    }
  }

  /** Decides. */
  public SiteProof decide(List<Measurement> steps) {
    if (steps.isEmpty()) {
      return SiteProof.undecided(variable, "no step made the update");
    }
    if (losses.isEmpty()) {
      return SiteProof.undecided(variable, "no scalar that depends on it was found; " + NAME);
    }
    Optional<Agreement> own = best(steps, 0);
    if (own.isPresent() && own.get().isConstant() && isTold(own.get(), steps)) {
      return agreeing(own.get(), "");
    }
    boolean told = steps.get(0).elements() > 1;
    if (own.isPresent() && told) {
      return moving(own.get(), steps);
    }
    for (int tensor = 1; tensor < tensors.size(); tensor++) {
      Optional<Agreement> source = best(steps, tensor);
      if (source.isPresent() && source.get().isConstant() && isTold(source.get(), steps)) {
        return made(source.get(), steps);
      }
    }
    if (own.isPresent() && (context.lossIsNamed() || context.clipped())) {
      return moving(own.get(), steps);
    }
    return unexplained(steps);
  }

  /** A variable of one element has one direction: only several steps tell. */
  private static boolean isTold(Agreement agreement, List<Measurement> steps) {
    return steps.get(0).elements() > 1 || agreement.fits().size() > 1;
  }

  private Optional<Agreement> best(List<Measurement> steps, int tensor) {
    List<Agreement> all =
        IntStream.range(0, losses.size())
            .mapToObj(loss -> agreement(steps, loss, tensor))
            .flatMap(Optional::stream)
            .toList();
    return all.stream()
        .filter(Agreement::isOne)
        .findFirst()
        .or(() -> all.stream().filter(Agreement::isConstant).findFirst())
        .or(() -> all.stream().findFirst());
  }

  private static Optional<Agreement> agreement(List<Measurement> steps, int loss, int tensor) {
    List<Fit> fits =
        steps.stream().map(s -> s.fits().get(loss).get(tensor)).filter(Fit::decides).toList();
    return fits.isEmpty() || !fits.stream().allMatch(Fit::agrees)
        ? Optional.empty()
        : Optional.of(new Agreement(loss, tensor, fits));
  }

  private SiteProof agreeing(Agreement agreement, String reason) {
    Fit fit = agreement.first();
    return new SiteProof(
        variable,
        agreement.isOne() ? Verdict.GRADIENT : Verdict.PROPORTIONAL,
        agreement.isOne() ? 1.0 : 1 / fit.factor(),
        fit.deviation(),
        fit.noise(),
        losses.get(agreement.loss()),
        reason);
  }

  /** What a tensor is that is made of a gradient, without being proportional to it. */
  private SiteProof made(Agreement source, List<Measurement> steps) {
    Made from = tensors.get(source.tensor());
    String between = "; that is '" + from.name() + "', and behind it stands " + from.between();
    if (from.harmless()) {
      return agreeing(source, between);
    }
    return new SiteProof(
        variable,
        Verdict.OTHER,
        null,
        deviation(steps, source.loss()),
        source.first().noise(),
        losses.get(source.loss()),
        between);
  }

  private static Double deviation(List<Measurement> steps, int loss) {
    return steps.stream()
        .map(step -> step.fits().get(loss).get(0))
        .filter(Fit::decides)
        .map(Fit::deviation)
        .max(Double::compare)
        .orElse(null);
  }

  private SiteProof moving(Agreement own, List<Measurement> steps) {
    double[] factors = own.fits().stream().mapToDouble(fit -> 1 / fit.factor()).sorted().toArray();
    String range =
        String.format(
            Locale.ROOT,
            "the factor moves from %.4g to %.4g",
            factors[0],
            factors[factors.length - 1]);
    String loss = losses.get(own.loss());
    if (context.clipped()) {
      return new SiteProof(
          variable,
          Verdict.PROPORTIONAL,
          factors[0],
          own.first().deviation(),
          own.first().noise(),
          loss,
          "; " + range + ", as a norm is clipped");
    }
    if (!context.lossIsNamed() && isRandom(steps)) {
      return random(); // The loss may be the one that can't be measured.
    }
    if (context.lossIsNamed() || context.lossesAreThere()) {
      return new SiteProof(
          variable,
          Verdict.OTHER,
          null,
          (factors[factors.length - 1] - factors[0]) / Math.abs(factors[factors.length - 1]),
          own.first().noise(),
          loss,
          ": it has its direction in every step, but " + range);
    }
    return SiteProof.undecided(
        variable,
        "it has the direction of the gradient of '" + loss + "', but " + range + "; " + NAME);
  }

  private static boolean isRandom(List<Measurement> steps) {
    return steps.stream().anyMatch(step -> !step.repeats());
  }

  private SiteProof random() {
    return SiteProof.undecided(
        variable, "the loss is not the same when it is computed again: it draws random numbers");
  }

  private SiteProof unexplained(List<Measurement> steps) {
    if (isRandom(steps)) {
      return random();
    }
    if (context.lossIsNamed()) {
      Double deviation = deviation(steps, 0);
      if (deviation != null && deviation > 3 * Fit.TOLERANCE) {
        return new SiteProof(variable, Verdict.OTHER, null, deviation, null, losses.get(0), "");
      }
    }
    if (steps.get(0).elements() == 1 && steps.size() == 1) {
      return SiteProof.undecided(
          variable, "a single number is proportional to anything in one step; give several");
    }
    double noise =
        steps.stream()
            .flatMap(step -> step.fits().stream())
            .mapToDouble(fits -> fits.get(0).noise())
            .min()
            .orElse(Double.POSITIVE_INFINITY);
    return SiteProof.undecided(
        variable,
        noise <= Fit.MOST_NOISE
            ? "it is the gradient of no scalar that was found; " + NAME
            : Double.isInfinite(noise)
                ? "it is zero, or no scalar that was found depends on the variable; " + NAME
                : String.format(
                    Locale.ROOT,
                    "the roundings of the loss hide what is smaller than %.2g %% of it",
                    100 * noise));
  }
}
