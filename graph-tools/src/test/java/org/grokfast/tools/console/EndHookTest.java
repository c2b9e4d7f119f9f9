package org.grokfast.tools.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EndHookTest {
  private final List<String> done = new ArrayList<>();

  private EndHook hook() {
    return new EndHook(() -> done.add("stop"), 0, () -> done.add("late"));
  }

  @Test
  void workThatDoesNotStopIsLeftBehind() {
    try (EndHook hook = hook()) {
      assertThat(hook.isAsked()).isFalse();
      hook.end(0, () -> done.add("late"));
      assertThat(hook.isAsked()).isTrue();
      assertThat(done).containsExactly("stop", "late");
    }
  }

  @Test
  void workThatHasEndedIsNotWaitedFor() {
    EndHook hook = hook();
    hook.close();
    hook.end(1_000, () -> done.add("late"));
    assertThat(done).containsExactly("stop");
  }
}
