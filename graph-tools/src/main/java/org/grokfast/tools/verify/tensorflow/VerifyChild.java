package org.grokfast.tools.verify.tensorflow;

import java.io.IOException;
import java.nio.file.Path;
import org.grokfast.tools.console.NativeLibrary;
import org.grokfast.tools.verify.ChildProcess;
import org.tensorflow.proto.GraphDef;

/** The program of the child process: the only one in which TensorFlow runs. */
public final class VerifyChild {
  private VerifyChild() {}

  /** Compares the graphs of a folder and leaves the answer there. */
  public static void main(String[] args) throws IOException {
    NativeLibrary.writeNumbersPlainly();
    ChildProcess.endWithParent();
    Exchange exchange = new Exchange(Path.of(args[0]));
    Exchange.Request request = exchange.request();
    Exchange.Answer answer;
    GraphDef original = exchange.original();
    try (Comparison comparison =
        new Comparison(request.plan(), request.tolerance(), original, exchange.rewritten())) {
      answer = new Exchange.Answer(comparison.run(), null);
    } catch (RuntimeException e) {
      answer = new Exchange.Answer(null, RunAdvice.of(e, request.plan(), original));
    } catch (StackOverflowError e) {
      answer = new Exchange.Answer(null, "the graph is nested too deeply for a thread's stack");
    }
    exchange.write(answer);
  }
}
