package org.grokfast.tools.export;

import java.util.List;
import java.util.Map;

/**
 * What the child process is to export, as JSON.
 *
 * @param input the folder of a SavedModel or of a run; absolute
 * @param run whether it is a run's
 * @param tags of a SavedModel, those of the graph
 * @param signature the name of the signature of a run or of {@code outputs}
 * @param inputs tensors by the names that the signature gives them
 * @param outputs likewise; empty for the signatures that the model has
 * @param output the folder to write, which does not exist; absolute
 */
record ExportRequest(
    String input,
    boolean run,
    List<String> tags,
    String signature,
    Map<String, String> inputs,
    Map<String, String> outputs,
    String output) {}
