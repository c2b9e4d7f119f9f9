package org.grokfast.models.mnist;

import java.util.Arrays;
import org.grokfast.models.TrainingException;
import org.grokfast.models.random.TorchRandom;

/** Images of digits with their labels. */
final class Digits {
  static final int SIDE = 28;
  static final int PIXELS = SIDE * SIDE;
  static final int CLASSES = 10;

  private static final int IMAGES_MAGIC = 0x803;
  private static final int LABELS_MAGIC = 0x801;
  private static final int IMAGES_HEADER = 16;
  private static final int LABELS_HEADER = 8;
  private static final float WHITE = 255;

  /** How far a pixel of a generated image lies at most from the pattern of its class. */
  private static final float NOISE = 0.3f;

  private final float[] pixels;
  private final int[] labels;

  private Digits(float[] pixels, int[] labels) {
    this.pixels = pixels;
    this.labels = labels;
  }

  int count() {
    return labels.length;
  }

  /** The first images. */
  Digits first(int count) {
    return new Digits(Arrays.copyOf(pixels, count * PIXELS), Arrays.copyOf(labels, count));
  }

  /** Some images, of shape [images, {@value #PIXELS}]: row by row from the top, in [0, 1]. */
  float[] pixels(int[] images) {
    float[] some = new float[images.length * PIXELS];
    for (int i = 0; i < images.length; i++) {
      System.arraycopy(pixels, images[i] * PIXELS, some, i * PIXELS, PIXELS);
    }
    return some;
  }

  /** What some images show, from 0 to 9. */
  int[] labels(int[] images) {
    return Arrays.stream(images).map(image -> labels[image]).toArray();
  }

  /**
   * Reads the IDX format (Y. LeCun, C. Cortes, C. Burges: the MNIST database): a magic number, the
   * sizes, then bytes. A pixel becomes value/255, as torchvision's {@code ToTensor} does.
   *
   * @throws TrainingException if they are not images of 28 by 28 with a label each
   */
  static Digits parse(byte[] images, byte[] labels) {
    int count = word(images, 4);
    boolean whole =
        word(images, 0) == IMAGES_MAGIC
            && word(images, 8) == SIDE
            && word(images, 12) == SIDE
            && images.length == IMAGES_HEADER + (long) count * PIXELS;
    if (!whole) {
      throw new TrainingException(
          "the images are no whole IDX file of 28 by 28 bytes each (magic number 2051)");
    }
    if (word(labels, 0) != LABELS_MAGIC
        || word(labels, 4) != count
        || labels.length != LABELS_HEADER + count) {
      throw new TrainingException(
          "the labels are no whole IDX file of " + count + " bytes (magic number 2049)");
    }
    float[] pixels = new float[count * PIXELS];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (images[IMAGES_HEADER + i] & 0xFF) / WHITE;
    }
    int[] classes = new int[count];
    for (int i = 0; i < count; i++) {
      classes[i] = labels[LABELS_HEADER + i];
      if (classes[i] < 0 || classes[i] >= CLASSES) {
        throw new TrainingException(
            "label " + i + " is " + classes[i] + "; expected one from 0 to " + (CLASSES - 1));
      }
    }
    return new Digits(pixels, classes);
  }

  private static int word(byte[] bytes, int at) {
    if (bytes.length < at + Integer.BYTES) {
      return -1;
    }
    int value = 0;
    for (int i = 0; i < Integer.BYTES; i++) {
      value = value << Byte.SIZE | (bytes[at + i] & 0xFF);
    }
    return value;
  }

  /** Ten random patterns with noise: no digits, but something that can be learned. */
  static Digits generated(int count, long seed) {
    TorchRandom random = new TorchRandom(seed);
    // The patterns are the same for every seed, so that one set can be tested with another.
    float[] patterns = new TorchRandom(0).uniform(CLASSES * PIXELS, 1);
    float[] noise = random.uniform(count * PIXELS, NOISE);
    float[] pixels = new float[count * PIXELS];
    int[] labels = new int[count];
    for (int i = 0; i < pixels.length; i++) {
      int label = i / PIXELS % CLASSES;
      labels[i / PIXELS] = label;
      float shade = patterns[label * PIXELS + i % PIXELS] > 0 ? 1 - NOISE : NOISE;
      pixels[i] = Math.min(1, Math.max(0, shade + noise[i]));
    }
    return new Digits(pixels, labels);
  }
}
