package org.grokfast.tensorflow.find;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.grokfast.tensorflow.find.flow.InlinedFlow;
import org.grokfast.tensorflow.find.roles.BackwardScope;
import org.grokfast.tensorflow.find.roles.RoleAnalysis;
import org.grokfast.tensorflow.find.update.UpdateExpression;

/**
 * What one caller of the main graph writes in plain ops for the sake of one variable.
 *
 * @param variable the number of the variable
 * @param own the writes of the variable itself, in the order of the flow
 * @param slots the writes of the optimizer's states for it
 */
record PlainUpdate(int variable, List<Integer> own, List<Integer> slots) {

  /** An update that nothing is known of yet. */
  static PlainUpdate of(int variable) {
    return new PlainUpdate(variable, new ArrayList<>(), new ArrayList<>());
  }

  /** The updates of one variable at several places, such as the branches of a conditional. */
  List<PlainUpdate> parts(InlinedFlow flow) {
    Map<List<Integer>, PlainUpdate> parts = new LinkedHashMap<>();
    for (int effect : own) {
      parts.computeIfAbsent(part(flow, effect), place -> of(variable)).own().add(effect);
    }
    for (int effect : slots) {
      PlainUpdate part = parts.get(part(flow, effect));
      if (part == null) {
        return List.of(this);
      }
      part.slots().add(effect);
    }
    return List.copyOf(parts.values());
  }

  /** Slots are written in the function that writes the variable; without any, each write counts. */
  private List<Integer> part(InlinedFlow flow, int effect) {
    int instance = flow.instance(effect).number();
    return slots.isEmpty() ? List.of(instance, effect) : List.of(instance);
  }

  /** Why the update is taken for one, and what else is known of it. */
  String evidence(InlinedFlow flow, RoleAnalysis optimizer, int gradient) {
    Set<String> names = new TreeSet<>();
    Set<String> sums = new TreeSet<>();
    for (int t : slots) {
      int slot = flow.written(t);
      names.add(flow.variables().get(slot).name());
      if (new UpdateExpression(flow, optimizer, slot).addsUp(t, gradient)) {
        sums.add(flow.variables().get(slot).name());
      }
    }
    int last = own.get(0);
    String text = "all data reaches " + flow.op(last) + " '" + flow.name(last) + "' through it";
    if (!names.isEmpty()) {
      text += ", slots " + String.join(" ", names);
    }
    if (!sums.isEmpty()) {
      text += "; every gradient that is added up in " + String.join(" ", sums) + " is filtered";
    }
    return text
        + BackwardScope.of(flow, gradient).map(scope -> "; made in scope " + scope).orElse("");
  }
}
