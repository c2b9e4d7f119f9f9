package org.grokfast.probe;

import java.util.List;
import java.util.stream.Collectors;

/** All probes. A new one is its own file and a line here. */
public final class Probes {
  /** The probes, in the order of help texts and of the documentation. */
  public static final List<Probe> ALL =
      List.of(
          Norm.WEIGHT,
          Norm.GRADIENT,
          Norm.FILTERED,
          Update.NORM,
          Update.RATIO,
          new Cosine(),
          new Bands());

  private Probes() {}

  /**
   * The probe of a name.
   *
   * @throws IllegalArgumentException naming the probes that there are, if it is none
   */
  public static Probe of(String name) {
    return ALL.stream()
        .filter(probe -> probe.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no probe '" + name + "'; expected one of " + names()));
  }

  /** The names of all probes, with commas between them. */
  public static String names() {
    return ALL.stream().map(Probe::name).collect(Collectors.joining(", "));
  }
}
