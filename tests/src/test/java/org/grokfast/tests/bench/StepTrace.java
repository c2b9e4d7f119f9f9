package org.grokfast.tests.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.proto.AllocationRecord;
import org.tensorflow.proto.AllocatorMemoryUsed;
import org.tensorflow.proto.NodeExecStats;
import org.tensorflow.proto.RunOptions;

/**
 * TensorFlow's statistics of one step: what no other program on the machine moves.
 *
 * @param nodes of the kernels that ran
 */
record StepTrace(List<NodeExecStats> nodes) {
  private static final String INSERTED = "grokfast/";

  /** Runs what the runner is to run, once. */
  static StepTrace of(Session.Runner runner) {
    RunOptions trace =
        RunOptions.newBuilder().setTraceLevel(RunOptions.TraceLevel.FULL_TRACE).build();
    try (Result result = runner.setOptions(trace).runAndFetchMetadata()) {
      return new StepTrace(
          result.getMetadata().orElseThrow().getStepStats().getDevStatsList().stream()
              .flatMap(device -> device.getNodeStatsList().stream())
              .toList());
    }
  }

  /** Of inserted nodes alone. */
  StepTrace inserted() {
    Predicate<NodeExecStats> inserted = node -> node.getNodeName().startsWith(INSERTED);
    return new StepTrace(nodes.stream().filter(inserted).toList());
  }

  /** How many kernels ran. */
  int kernels() {
    return nodes.size();
  }

  private Stream<AllocatorMemoryUsed> memory() {
    return nodes.stream().flatMap(node -> node.getMemoryList().stream());
  }

  /** The bytes that they allocated, together. */
  long allocated() {
    return memory().mapToLong(AllocatorMemoryUsed::getTotalBytes).sum();
  }

  /**
   * The most bytes that were allocated in the step and not yet freed, at one time; what was there
   * before, the variables for one, is not counted.
   */
  long peak() {
    List<AllocationRecord> records = new ArrayList<>();
    memory().forEach(used -> records.addAll(used.getAllocationRecordsList()));
    // Of the same microsecond, allocations first: rather too much than too little.
    records.sort(
        Comparator.comparingLong(AllocationRecord::getAllocMicros)
            .thenComparingLong(record -> -record.getAllocBytes()));
    long live = 0;
    long most = 0;
    for (AllocationRecord record : records) {
      live += record.getAllocBytes();
      most = Math.max(most, live);
    }
    return most;
  }
}
