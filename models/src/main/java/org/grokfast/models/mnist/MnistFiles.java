package org.grokfast.models.mnist;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.grokfast.models.TrainingException;
import org.grokfast.models.data.CheckedFile;
import org.grokfast.models.data.DataFolder;
import org.grokfast.models.data.Download;
import org.grokfast.models.data.DownloadListener;

/**
 * The four files of MNIST, from a folder or from the network.
 *
 * @param trainImages the images to train on
 * @param trainLabels their labels
 * @param testImages the images to test with
 * @param testLabels their labels
 */
record MnistFiles(
    CheckedFile trainImages,
    CheckedFile trainLabels,
    CheckedFile testImages,
    CheckedFile testLabels) {

  /** The data set as it was published, 60,000 and 10,000 images. */
  static final MnistFiles PUBLISHED =
      new MnistFiles(
          new CheckedFile(
              "train-images-idx3-ubyte",
              47_040_016,
              "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
          new CheckedFile(
              "train-labels-idx1-ubyte",
              60_008,
              "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
          new CheckedFile(
              "t10k-images-idx3-ubyte",
              7_840_016,
              "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
          new CheckedFile(
              "t10k-labels-idx1-ubyte",
              10_008,
              "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"));

  private static final String OFFLINE =
      "models/data/README.md says how to fetch them, also without this download";

  /** Training images and test images. */
  record Images(Digits training, Digits test) {}

  private List<CheckedFile> all() {
    return List.of(trainImages, trainLabels, testImages, testLabels);
  }

  /**
   * Reads the files of a folder, or of the cache, which is filled from the network first.
   *
   * @param given the folder, if one was given; otherwise the environment may name one
   * @param address where to download from
   */
  Images read(Optional<Path> given, String address, DownloadListener listener) {
    return DataFolder.find(given, MnistModel.NAME)
        .map(this::readFolder)
        .orElseGet(
            () -> {
              Path cache = DataFolder.cache(MnistModel.NAME);
              download(cache, address, listener);
              return readFolder(cache);
            });
  }

  /** Fetches what a folder lacks. */
  void download(Path folder, String address, DownloadListener listener) {
    Download download = new Download(address, listener);
    for (CheckedFile file : all()) {
      if (file.in(folder).isEmpty()) {
        try {
          download.fetch(file, folder);
        } catch (TrainingException e) {
          throw new TrainingException(e.getMessage() + "; " + OFFLINE, e);
        }
      }
    }
  }

  Images readFolder(Path folder) {
    return new Images(
        Digits.parse(content(folder, trainImages), content(folder, trainLabels)),
        Digits.parse(content(folder, testImages), content(folder, testLabels)));
  }

  private byte[] content(Path folder, CheckedFile file) {
    Path path =
        file.in(folder)
            .orElseThrow(
                () ->
                    new TrainingException(
                        "'"
                            + folder.resolve(file.name())
                            + "' is missing; expected the four IDX files of MNIST there, plain or"
                            + " with "
                            + CheckedFile.COMPRESSED
                            + "; "
                            + OFFLINE));
    for (CheckedFile other : all()) {
      if (!other.equals(file) && other.isContentOf(path)) {
        throw new TrainingException(
            "'"
                + path
                + "' holds "
                + other.name()
                + "; the files were renamed. Name them as they"
                + " were");
      }
    }
    return file.read(path);
  }
}
