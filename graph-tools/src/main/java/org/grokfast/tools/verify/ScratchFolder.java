package org.grokfast.tools.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.grokfast.io.FileTrees;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A folder that goes when it is closed, and on Ctrl-C too; the child is ended by its own hook. */
public final class ScratchFolder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ScratchFolder.class);

  private final Path path;
  private final Thread hook;

  /** A new folder among the system's temporary ones. */
  public ScratchFolder() throws IOException {
    path = Files.createTempDirectory("grokfast-");
    hook = new Thread(this::deleteQuietly, "delete-" + path.getFileName());
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** The folder. */
  public Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      LOG.debug("the program is ending, and the hook runs", e);
    }
    FileTrees.delete(path);
  }

  private void deleteQuietly() {
    try {
      FileTrees.delete(path);
    } catch (IOException e) {
      LOG.warn("{} could not be removed and may be deleted: {}", path, e.getMessage());
    }
  }
}
