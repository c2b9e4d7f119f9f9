package org.grokfast.tools.recipe;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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
    // Every file that any test reads comes by here; only a recipe is decoded.
    byte[] start = (FORM + "\n").getBytes(StandardCharsets.UTF_8);
    byte[] bytes = content.bytes();
    if (bytes.length < start.length
        || !Arrays.equals(bytes, 0, start.length, start, 0, start.length)) {
      return Optional.empty();
    }
    List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
    return Optional.of(new Recipe(content.source(), lines));
  }
}
