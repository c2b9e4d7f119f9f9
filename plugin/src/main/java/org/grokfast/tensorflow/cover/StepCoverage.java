package org.grokfast.tensorflow.cover;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.coverage.Coverage;
import org.grokfast.rewrite.coverage.Fate;
import org.grokfast.rewrite.coverage.VariableFate;
import org.grokfast.tensorflow.graph.Program;

/** What becomes of every variable that a train step changes with its data. */
public final class StepCoverage {
  private final StepFlow flow;
  private final Variables variables;
  private final WriteJudge judge;
  private final IntPredicate runs;
  private final Map<Integer, Verdict> verdicts = new HashMap<>();

  private StepCoverage(
      Program program, List<Finding> findings, Set<String> trainable, IntPredicate runs) {
    Instances instances = new Instances(program);
    Map<String, Body> bodies = new HashMap<>();
    bodies.put(Program.MAIN, new Body(program.main()));
    program.functions().values().forEach(body -> bodies.put(body.name(), new Body(body)));
    this.variables = new Variables(instances, bodies);
    this.flow = new StepFlow(instances, bodies, variables);
    this.judge = new WriteJudge(flow, new Gradients(flow, findings), trainable);
    this.runs = runs;
  }

  /**
   * What becomes of each variable if all sites are filtered.
   *
   * @param program the graph
   * @param findings what the rules found, or the user named
   * @param trainable the names of the variables that the file says are trained; may be empty
   * @param runs whether a node of the main graph is part of the step, by its number
   */
  public static Coverage of(
      Program program, List<Finding> findings, Set<String> trainable, IntPredicate runs) {
    return new StepCoverage(program, findings, trainable, runs).coverage();
  }

  /** The same for all that is in the graph. */
  public static Coverage of(Program program, List<Finding> findings, Set<String> trainable) {
    return of(program, findings, trainable, node -> true);
  }

  private Coverage coverage() {
    for (int variable = 0; variable < variables.count(); variable++) {
      judge(variable, judge::known);
    }
    judge.follow(verdicts.keySet());
    for (int variable = 0; variable < variables.count(); variable++) {
      if (!isSettled(variable)) {
        judge(variable, judge::trained);
      }
    }
    judge.findStates();
    for (int variable = 0; variable < variables.count(); variable++) {
      if (!isSettled(variable)) {
        judge(variable, judge::other);
      }
    }
    takers();
    List<VariableFate> fates = new ArrayList<>();
    for (int variable = 0; variable < variables.count(); variable++) {
      Verdict verdict = verdicts.get(variable);
      if (verdict != null) {
        fates.add(fate(variable, verdict));
      }
    }
    return new Coverage(fates);
  }

  private boolean isSettled(int variable) {
    Verdict verdict = verdicts.get(variable);
    return verdict != null && verdict.fate() == Fate.UNFILTERED;
  }

  /** Tells what one write does to a variable; null where it says nothing about its fate. */
  private interface Judgement {
    Verdict of(int variable, int write);
  }

  private void judge(int variable, Judgement judgement) {
    for (int write : variables.writesOf(variable)) {
      if (runs(write)) {
        add(variable, judgement.of(variable, write));
      }
    }
  }

  private void add(int variable, Verdict verdict) {
    if (verdict != null) {
      verdicts.merge(variable, verdict, Verdict::graver);
    }
  }

  private boolean runs(int point) {
    Instances.Instance instance = flow.instance(point);
    return instance.isMain()
        ? runs.test(flow.local(point))
        : instance.roots().stream().anyMatch(runs::test);
  }

  /** Training ops write their slots too; other ops may write what they are handed. */
  private void takers() {
    BitSet writes = variables.writes();
    for (int write = writes.nextSetBit(0); write >= 0; write = writes.nextSetBit(write + 1)) {
      if (runs(write)) {
        for (int slot : variables.slots(write)) {
          add(slot, new Verdict(Fate.OPTIMIZER_STATE, write, "a slot of " + flow.op(write)));
        }
      }
    }
    BitSet takers = variables.takers();
    for (int taker = takers.nextSetBit(0); taker >= 0; taker = takers.nextSetBit(taker + 1)) {
      if (runs(taker)) {
        for (int variable : variables.of(taker)) {
          add(
              variable,
              new Verdict(
                  Fate.UNDECIDED,
                  taker,
                  "it is handed to the op '" + flow.op(taker) + "', which may write it"));
        }
      }
    }
  }

  private VariableFate fate(int variable, Verdict verdict) {
    Instances.Instance instance = flow.instance(verdict.write());
    String node = flow.name(verdict.write());
    Program program = flow.instances().program();
    return new VariableFate(
        variables.name(variable),
        verdict.fate(),
        instance.isMain() ? node : instance.function() + "/" + node,
        verdict.reason(),
        instance.isMain()
            ? java.util.Optional.empty()
            : java.util.Optional.of(
                program.place(program.functions().get(instance.function())).toString()));
  }
}
