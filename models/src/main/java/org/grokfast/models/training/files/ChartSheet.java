package org.grokfast.models.training.files;

import de.erichseifert.vectorgraphics2d.Processors;
import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.knowm.xchart.internal.chartpart.Chart;

/**
 * Charts one under another, as PNG and SVG.
 *
 * @param charts from the top
 * @param width of a chart, in pixels of the SVG; the PNG has twice as many
 * @param height of a chart
 */
public record ChartSheet(List<? extends Chart<?, ?>> charts, int width, int height) {
  private static final int SCALE = 2;

  /** Takes a copy. */
  public ChartSheet {
    charts = List.copyOf(charts);
  }

  /** Writes a PNG. */
  public void writePng(Path file) {
    BufferedImage image =
        new BufferedImage(
            SCALE * width, SCALE * height * charts.size(), BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.scale(SCALE, SCALE);
    paint(graphics);
    graphics.dispose();
    AtomicFiles.replaceBytes(
        file,
        out -> {
          // In memory: a cache file would need a shutdown hook, and a run that is ended by Ctrl-C
          // draws its curves when no hook can be added any more.
          try (ImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
            if (!ImageIO.write(image, "png", stream)) {
              throw new IOException("no PNG encoder");
            }
          }
        });
  }

  /** Writes an SVG. */
  public void writeSvg(Path file) {
    AtomicFiles.replaceBytes(file, this::writeSvg);
  }

  /** Writes an SVG. */
  public void writeSvg(OutputStream out) throws IOException {
    VectorGraphics2D graphics = new VectorGraphics2D();
    paint(graphics);
    PageSize page = new PageSize(width, height * (double) charts.size());
    Processors.get("svg").getDocument(graphics.getCommands(), page).writeTo(out);
  }

  private void paint(Graphics2D graphics) {
    for (Chart<?, ?> chart : charts) {
      chart.paint(graphics, width, height);
      graphics.translate(0, height);
    }
  }
}
