package org.grokfast.rewrite.emit;

import java.util.Map;
import org.grokfast.rewrite.InsertedNames;

/**
 * The names of what is inserted for one site.
 *
 * @param prefix where they start: {@code grokfast/w}
 * @param common the parameters of the filter as the user gave it
 */
public record SiteNames(String prefix, Map<String, Double> common) {
  /** Makes the map immutable. */
  public SiteNames {
    common = Map.copyOf(common);
  }

  /** A name below the prefix. */
  public String of(String name) {
    return prefix + "/" + name;
  }

  /** The names of what is measured. */
  public SiteNames probe() {
    return new SiteNames(of(InsertedNames.PROBE), common);
  }

  /** The node that hands out the filtered gradient. */
  public String gradient() {
    return prefix + InsertedNames.GRADIENT;
  }

  /**
   * The path of a parameter below the root: shared where the value is the filter's own, the
   * variable's own where it was overridden.
   */
  public String parameter(String name, double value) {
    boolean shared = common.get(name).equals(value);
    return shared ? name : prefix.substring(InsertedNames.PREFIX.length()) + "/" + name;
  }
}
