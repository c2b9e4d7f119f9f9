package org.grokfast.tests.interop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/** One training graph of the manifest that {@code tests/interop/make_fixtures.py} writes. */
record Fixture(JsonNode json) {
  private static final String ROOT = "/interop/";
  private static final JsonNode MANIFEST = readManifest();

  /** The number of steps after which weights are known. */
  static final int STEPS = MANIFEST.get("steps").asInt();

  static List<Fixture> all() {
    List<Fixture> fixtures = new ArrayList<>();
    MANIFEST.get("fixtures").forEach(node -> fixtures.add(new Fixture(node)));
    return fixtures;
  }

  static Fixture named(String name) {
    return all().stream().filter(fixture -> fixture.name().equals(name)).findFirst().orElseThrow();
  }

  private static JsonNode readManifest() {
    try (InputStream in = Fixture.class.getResourceAsStream(ROOT + "fixtures.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String name() {
    return json.get("name").asText();
  }

  String form() {
    return json.get("form").asText();
  }

  String where() {
    return json.get("where").asText();
  }

  /** Whether TensorFlow Java runs it in a session as it is. */
  boolean runsInSession() {
    return !form().equals("savedmodel");
  }

  /** Whether the file as it is trains in TensorFlow Java, which loads as TensorFlow 1 does. */
  boolean trainsInJava() {
    JsonNode v1 = json.get("loaders").path("v1");
    return v1.isMissingNode() || v1.asBoolean(false);
  }

  boolean isSparse() {
    return json.get("sparse").asBoolean();
  }

  double tolerance() {
    return json.get("tolerance").asDouble();
  }

  Path path() {
    return Path.of("src/test/resources/interop").resolve(json.get("path").asText());
  }

  String init() {
    return json.get("run").get("init").asText();
  }

  boolean clearDevices() {
    return json.get("run").get("clear_devices").asBoolean();
  }

  /** The saver's tensors and nodes: {@code filename}, {@code save}, {@code restore}. */
  String saver(String key) {
    return json.get("saver").get(key).asText();
  }

  /** What step {@code t} runs. */
  List<String> targets(int t) {
    JsonNode schedule = json.get("run").get("schedule");
    return texts(schedule.get(t % schedule.size()));
  }

  List<Feed> feeds() {
    return StreamSupport.stream(json.get("run").get("feeds").spliterator(), false)
        .map(Feed::new)
        .toList();
  }

  List<Weights> weights() {
    return StreamSupport.stream(json.get("variables").spliterator(), false)
        .map(Weights::new)
        .toList();
  }

  String optimizers() {
    List<String> names = new ArrayList<>();
    for (JsonNode optimizer : json.get("optimizers")) {
      String type = optimizer.get("class").asText();
      names.add(type.substring(type.lastIndexOf('.') + 1));
    }
    return String.join(", ", names.stream().distinct().toList());
  }

  private static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
  }

  @Override
  public String toString() {
    return name();
  }

  /** A placeholder and the values it is fed. */
  record Feed(JsonNode json) {
    String name() {
      return json.get("name").asText();
    }

    String dtype() {
      return json.get("dtype").asText();
    }

    long[] shape() {
      return StreamSupport.stream(json.get("shape").spliterator(), false)
          .mapToLong(JsonNode::asLong)
          .toArray();
    }

    /** Element {@code i}, row-major, at step {@code t}. */
    double value(long i, int t) {
      JsonNode f = json.get("formula");
      long numerator =
          (f.get("a").asLong() * i + f.get("b").asLong() * t + f.get("c").asLong())
                  % f.get("m").asLong()
              + f.get("offset").asLong();
      return numerator / f.get("divisor").asDouble();
    }
  }

  /** A trained variable and its values after the last step. */
  record Weights(JsonNode json) {
    String name() {
      return json.get("name").asText();
    }

    /** The tensor that holds its value. */
    String read() {
      return json.get("read").asText();
    }

    /** The values under {@code original}, {@code densified}, {@code ema} or {@code ma}. */
    double[] expected(String run) {
      JsonNode values = json.get("expected").get(run);
      return StreamSupport.stream(values.spliterator(), false)
          .mapToDouble(JsonNode::asDouble)
          .toArray();
    }

    boolean has(String run) {
      return json.get("expected").has(run);
    }
  }
}
