package org.grokfast.tools.verbs;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.grokfast.io.ModelFile;
import org.grokfast.rewrite.Inspection;
import org.grokfast.rewrite.SiteFields;

/**
 * An inspection for programs; {@code docs/schema/inspect.schema.json} describes it, and {@code
 * inspect-onnx.schema.json} that of ONNX.
 */
final class InspectJson {
  private static final int VERSION = 1;

  private InspectJson() {}

  static Map<String, Object> of(ModelFile file, Inspection inspection, List<String> command) {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("version", VERSION);
    root.put("source", file.source());
    root.put("form", file.form());
    root.putAll(inspection.summary().fields());
    root.put(
        inspection.words().tensors().toLowerCase(Locale.ROOT),
        inspection.tensors().stream().map(InspectJson::tensor).toList());
    root.putAll(inspection.lists());
    String trigger = inspection.words().trigger();
    root.put("sites", inspection.sites().stream().map(s -> SiteFields.of(s, trigger)).toList());
    root.put("misses", inspection.misses().stream().map(SiteFields::of).toList());
    root.put("coverage", SiteFields.of(inspection.coverage()));
    inspection
        .hazards()
        .ifPresent(
            hazards -> root.put("hazards", hazards.stream().map(InspectJson::hazard).toList()));
    root.put("rewriteCommand", command.isEmpty() ? null : String.join(" ", command));
    return root;
  }

  private static Map<String, Object> tensor(Inspection.TensorEntry tensor) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("name", tensor.name());
    entry.put("dtype", tensor.dtype());
    entry.put("shape", tensor.shape().orElse(null));
    entry.putAll(tensor.fields());
    return entry;
  }

  private static Map<String, Object> hazard(Inspection.HazardEntry hazard) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("kind", hazard.kind());
    entry.put("node", hazard.nodes().get(0));
    entry.put("count", hazard.nodes().size());
    entry.put("nodes", hazard.nodes());
    entry.put("text", hazard.text());
    return entry;
  }
}
