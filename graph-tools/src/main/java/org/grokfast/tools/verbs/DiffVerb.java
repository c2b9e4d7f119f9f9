package org.grokfast.tools.verbs;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.grokfast.io.ModelFile;
import org.grokfast.rewrite.GraphDiff;
import org.grokfast.rewrite.GraphOutline;
import org.grokfast.tools.console.ExitCode;
import org.grokfast.tools.console.Json;
import org.grokfast.tools.console.TextPage;
import org.grokfast.tools.console.VersionProvider;
import org.grokfast.tools.options.ReadArguments;
import org.grokfast.tools.page.DiffPage;
import org.grokfast.tools.picture.DotPicture;
import org.grokfast.tools.picture.Neighbourhood;
import org.grokfast.tools.picture.SvgPicture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The verb {@code diff}. */
@Command(
    name = "diff",
    description =
        "Tells in what two graphs differ: nodes, edges, functions, initializers, signatures. Ends"
            + " with 0 where they are equal and with 1 where they differ.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    footer = {
      "",
      "Examples:",
      "  grokfast diff model.pb filtered.pb",
      "  grokfast diff model.pb filtered.pb --svg changes.svg",
      "  grokfast diff model.pb filtered.pb --html changes.html",
      "  grokfast diff model.pb filtered.pb --dot | dot -Tpdf >changes.pdf"
    })
public final class DiffVerb implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private ReadArguments input;

  @Option(
      names = "--json",
      description = "Print JSON, with its version in the field 'version'; default: text.")
  private boolean json;

  @Option(
      names = "--dot",
      description =
          "Print the neighbourhood of each changed site as a Graphviz graph; default: text.")
  private boolean dot;

  @Option(
      names = "--svg",
      paramLabel = "FILE",
      description = "Also draw the neighbourhood of each changed site; default: no.")
  private Path svg;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description =
          "Also write a page for a browser that needs nothing else, with each"
              + " changed site before and after; default: no.")
  private Path html;

  @Option(
      names = "--sites",
      paramLabel = "N",
      description = "The most sites in a picture; default 4.")
  private int sites = 4;

  @Option(names = "--force", description = "Replace picture and page if they exist; default: no.")
  private boolean force;

  @Parameters(index = "0", paramLabel = "A", description = "The first graph; - for standard input.")
  private String first;

  @Parameters(
      index = "1",
      paramLabel = "B",
      description = "The second graph; - for standard input.")
  private String second;

  @Override
  public Integer call() {
    check();
    ModelFile before = input.read(first);
    ModelFile after = input.read(second);
    GraphDiff diff = before.diff(after);
    if (html != null) {
      List<Neighbourhood> pictures =
          before.outline().isPresent() && after.outline().isPresent()
              ? Neighbourhood.of(outline(before), outline(after), sites)
              : List.of();
      new OutputPage(spec, html, force)
          .write(DiffPage.of(before.source(), after.source(), diff, pictures), first, second);
    }
    if (dot || svg != null) {
      List<Neighbourhood> pictures = Neighbourhood.of(outline(before), outline(after), sites);
      if (svg != null) {
        new OutputPage(spec, svg, force).write(SvgPicture.draw(pictures), first, second);
      }
      if (dot) {
        spec.commandLine().getOut().print(DotPicture.draw(pictures));
        spec.commandLine().getOut().flush();
        return diff.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
      }
    }
    return print(before.source(), after.source(), diff);
  }

  private GraphOutline outline(ModelFile file) {
    return file.outline()
        .orElseThrow(
            () ->
                new ParameterException(
                    spec.commandLine(),
                    "--dot and --svg draw TensorFlow graphs; leave them out for " + file.kind()));
  }

  private int print(String before, String after, GraphDiff diff) {
    if (json) {
      Json.print(spec.commandLine().getOut(), DiffJson.of(before, after, diff));
    } else {
      TextPage page = TextPage.onOutput(spec.commandLine());
      DiffText.print(page, diff);
    }
    return diff.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
  }

  private void check() {
    if (json && dot) {
      throw new ParameterException(
          spec.commandLine(), "--json and --dot both claim standard output; give one of them");
    }
    if (first.equals(ReadArguments.STANDARD_STREAM) && second.equals(first)) {
      throw new ParameterException(
          spec.commandLine(), "only one of the graphs can come from standard input");
    }
    if (sites < 1) {
      throw new ParameterException(spec.commandLine(), "--sites must be >= 1, was " + sites);
    }
  }
}
