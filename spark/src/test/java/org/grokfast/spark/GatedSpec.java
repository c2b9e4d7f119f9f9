package org.grokfast.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.grokfast.models.data.DownloadListener;
import org.grokfast.models.parity.ParitySpec;
import org.grokfast.models.task.Metric;
import org.grokfast.models.task.SavedSettings;
import org.grokfast.models.task.SelfCheck;
import org.grokfast.models.task.ServingSignature;
import org.grokfast.models.task.Setting;
import org.grokfast.models.task.SettingValues;
import org.grokfast.models.task.Task;
import org.grokfast.models.task.TaskModel;
import org.grokfast.models.task.TaskSpec;
import org.grokfast.models.task.TrainingOptions;

/**
 * Parity, by runs that keep a journal of their starts in the folder {@link #FOLDER}, and whose
 * first attempt can be told not to go well. Without the folder it is parity and no more.
 */
public final class GatedSpec implements TaskSpec {
  /** The variable of the environment that names the folder of the journal. */
  static final String FOLDER = "GATED_FOLDER";

  private static final String HELD = "held";
  private static final String THROWS = "throws";
  private static final Setting<String> MARK =
      Setting.text("mark", "NAME", "none", "What the journal calls the run");

  private final ParitySpec parity = new ParitySpec();

  /** The runs that were started, in order, as marks and seeds: {@code held 0}. */
  static List<String> journal(Path folder) throws IOException {
    return Files.readAllLines(folder.resolve("journal"));
  }

  /** Holds the number of the process that a held run waits for, once it does. */
  static Path held(Path folder) {
    return folder.resolve("held-by");
  }

  @Override
  public String name() {
    return "gated";
  }

  @Override
  public String description() {
    return "Parity with a gate before it, for tests.";
  }

  @Override
  public List<Setting<?>> settings() {
    return Stream.concat(parity.settings().stream(), Stream.of(MARK)).toList();
  }

  @Override
  public Metric metric() {
    return parity.metric();
  }

  @Override
  public TrainingOptions reference() {
    return parity.reference();
  }

  @Override
  public TrainingOptions baseline() {
    return parity.baseline();
  }

  @Override
  public SelfCheck selfCheck() {
    return parity.selfCheck();
  }

  @Override
  public ServingSignature serving() {
    return parity.serving();
  }

  @Override
  public TaskModel model(SavedSettings settings) {
    return parity.model(settings);
  }

  @Override
  public Task create(SettingValues settings, long seed, DownloadListener downloads) {
    String folder = System.getenv(FOLDER);
    if (folder != null) {
      try {
        pass(Path.of(folder), settings.get(MARK), seed);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return parity.create(settings, seed, downloads);
  }

  private static void pass(Path folder, String mark, long seed) throws IOException {
    String run = mark + " " + seed;
    boolean first = !Files.exists(folder.resolve("journal")) || !journal(folder).contains(run);
    Files.writeString(
        folder.resolve("journal"),
        run + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    if (mark.equals(HELD) && isFirstHeld(folder)) {
      awaitEndOfParent(folder);
    }
    if (first && mark.equals(THROWS)) {
      throw new IllegalStateException("the first attempt fails");
    }
  }

  private static boolean isFirstHeld(Path folder) throws IOException {
    try {
      Files.createFile(folder.resolve("held"));
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  /** The run is under way for as long as the process that started it; then it is gone. */
  private static void awaitEndOfParent(Path folder) throws IOException {
    long parent = Long.getLong("grokfast.parent");
    Path whole = folder.resolve("held-by.tmp");
    Files.writeString(whole, Long.toString(parent));
    Files.move(whole, held(folder));
    ProcessHandle.of(parent).ifPresent(handle -> handle.onExit().join());
    Runtime.getRuntime().halt(1);
  }
}
