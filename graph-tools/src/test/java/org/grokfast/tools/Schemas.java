package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The committed JSON Schemas. */
final class Schemas {
  private Schemas() {}

  /** Parses what a verb printed, after comparing it with the verb's schema. */
  static JsonNode parse(String verb, String json) {
    Path file =
        Path.of(System.getProperty("grokfast.root"), "docs", "schema", verb + ".schema.json");
    try {
      JsonNode node = new ObjectMapper().readTree(json);
      var schema =
          JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
              .getSchema(Files.readString(file));
      assertThat(schema.validate(node)).as(json).isEmpty();
      return node;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
