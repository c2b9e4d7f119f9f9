package org.grokfast.models.training.files;

import de.erichseifert.vectorgraphics2d.Processors;
import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Paint;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.internal.chartpart.Chart;

/**
 * Charts one under another, as PNG and SVG. The left edges of those with lines are one under
 * another too, however wide the labels of their axes.
 *
 * @param charts from the top
 * @param width of a chart, in pixels of the SVG; the PNG has twice as many
 * @param height of a chart
 */
public record ChartSheet(List<? extends Chart<?, ?>> charts, int width, int height) {
  private static final int SCALE = 2;

  /** Okabe and Ito's colours, as in the report of a comparison: most people can tell them apart. */
  private static final List<Color> COLOURS =
      Stream.of(0x0072b2, 0xd55e00, 0x009e73, 0xcc79a7, 0x56b4e9, 0xe69f00)
          .map(Color::new)
          .toList();

  /** Takes a copy. */
  public ChartSheet {
    charts = List.copyOf(charts);
  }

  /** The colours of lines, in their order. */
  public static Color[] colours() {
    return COLOURS.toArray(Color[]::new);
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
    VectorGraphics2D graphics = new Drawing();
    paint(graphics);
    PageSize page = new PageSize(width, height * (double) charts.size());
    Processors.get("svg").getDocument(graphics.getCommands(), page).writeTo(out);
  }

  /**
   * Fills one shape with a gradient, as the legend of a heat map has it, and no more: the library
   * takes no notice of the colours behind a gradient, and fills all that follows with it.
   */
  private static final class Drawing extends VectorGraphics2D {
    private Paint gradient;

    @Override
    public void setPaint(Paint paint) {
      gradient = paint instanceof Color ? null : paint;
      if (gradient == null) {
        super.setPaint(paint);
      }
    }

    @Override
    public void setColor(Color color) {
      gradient = null;
      super.setColor(color);
    }

    @Override
    public void fill(Shape shape) {
      if (gradient == null) {
        super.fill(shape);
        return;
      }
      Rectangle bounds = shape.getBounds();
      BufferedImage image =
          new BufferedImage(
              Math.max(1, bounds.width), Math.max(1, bounds.height), BufferedImage.TYPE_INT_ARGB);
      Graphics2D pixels = image.createGraphics();
      pixels.translate(-bounds.x, -bounds.y);
      pixels.setPaint(gradient);
      pixels.fill(shape);
      pixels.dispose();
      drawImage(image, bounds.x, bounds.y, null);
    }
  }

  private void paint(Graphics2D graphics) {
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, width, height * charts.size());
    int margin = labelsWidth();
    for (Chart<?, ?> chart : charts) {
      int indent = chart instanceof XYChart lines ? margin - labelWidth(lines) : 0;
      graphics.translate(indent, 0);
      chart.paint(graphics, width - indent, height);
      graphics.translate(-indent, height);
    }
  }

  /** The greatest width of labels; they have one only once they are painted. */
  private int labelsWidth() {
    Graphics2D trial = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
    int greatest = 0;
    for (Chart<?, ?> chart : charts) {
      if (chart instanceof XYChart lines) {
        chart.paint(trial, width, height);
        greatest = Math.max(greatest, labelWidth(lines));
      }
    }
    trial.dispose();
    return greatest;
  }

  private static int labelWidth(XYChart chart) {
    return (int) Math.ceil(chart.getYAxisLeftWidth());
  }
}
