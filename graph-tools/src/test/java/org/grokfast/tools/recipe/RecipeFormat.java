package org.grokfast.tools.recipe;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.grokfast.io.GraphContent;
import org.grokfast.io.GraphFormat;
import org.grokfast.io.ModelFile;
import org.grokfast.io.ReadOptions;

/** Recognises recipes by their first line. */
public final class RecipeFormat implements GraphFormat {
  static final String FORM = "recipe";

  @Override
  public List<String> forms() {
    return List.of(FORM);
  }

  @Override
  public Optional<ModelFile> read(GraphContent content, ReadOptions options) {
    List<String> lines = new String(content.bytes(), StandardCharsets.UTF_8).lines().toList();
    return lines.isEmpty() || !lines.get(0).equals(FORM)
        ? Optional.empty()
        : Optional.of(new Recipe(content.source(), lines));
  }
}
