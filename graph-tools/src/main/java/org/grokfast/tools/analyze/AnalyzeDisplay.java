package org.grokfast.tools.analyze;

import java.io.PrintWriter;
import me.tongfei.progressbar.ProgressBar;
import org.grokfast.models.analysis.AnalysisListener;
import org.grokfast.tools.console.Bars;
import org.grokfast.tools.console.Printable;
import org.grokfast.tools.console.ProgressDisplay;

/** Shows how an analysis goes on: a bar on a terminal, a line a part otherwise. */
abstract sealed class AnalyzeDisplay implements AnalysisListener, AutoCloseable {

  private AnalyzeDisplay() {}

  static AnalyzeDisplay create(PrintWriter err) {
    return ProgressDisplay.onTerminal() ? new Bar() : new Lines(err);
  }

  @Override
  public abstract void close();

  private static final class Bar extends AnalyzeDisplay {
    private ProgressBar bar;

    @Override
    public void onPart(int done, int all, String what) {
      if (bar == null) {
        bar = Bars.of("analyze", all).build();
      }
      bar.stepTo(done);
      bar.setExtraMessage("  " + Printable.text(what));
    }

    @Override
    public void close() {
      if (bar != null) {
        bar.close();
      }
    }
  }

  private static final class Lines extends AnalyzeDisplay {
    private final PrintWriter err;

    Lines(PrintWriter err) {
      this.err = err;
    }

    @Override
    public void onPart(int done, int all, String what) {
      err.println("analyze: " + done + " of " + all + " done, " + what);
      err.flush();
    }

    @Override
    public void close() {
      err.flush();
    }
  }
}
