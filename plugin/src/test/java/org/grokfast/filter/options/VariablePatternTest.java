package org.grokfast.filter.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VariablePatternTest {
  @ParameterizedTest
  @ValueSource(strings = {"(a+)+$", "(a|aa)+$", "(.*a){20}$", "(a*)*b", "^(([a-z])+.)+[A-Z]$"})
  @Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aSearchThatWouldTakeForEverIsRefused(String pattern) {
    String name = "a".repeat(5_000) + "!";
    assertThatThrownBy(() -> VariablePattern.matches("include", pattern, name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("include pattern '" + pattern + "' was not done with the name 'aaa")
        .hasMessageContaining("(5001 characters) within 10000000 steps")
        .hasMessageNotContaining("\n");
  }

  /** Groups are matched by recursion. */
  @Test
  void aNameThatIsLongerThanTheStackIsRefused() {
    String name = "ab".repeat(1_000_000);
    assertThatThrownBy(() -> VariablePattern.matches("exclude", "^(a|b)*$", name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("exclude pattern '^(a|b)*$' was not done");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kernel$",
        ".*attention.*kernel.*",
        "^layer_\\d+/.*(?<!bias)$",
        "(?i)KERNEL",
        "^(?!bias).*"
      })
  void ordinaryExpressionsAreUnchanged(String pattern) {
    String name = "layer_12/" + "block/".repeat(30) + "attention/kernel";
    assertThat(VariablePattern.matches("include", pattern, name)).isTrue();
  }

  @Test
  void aPatternThatIsTooLongOrTooDeepIsRefused() {
    assertThatThrownBy(() -> VariablePattern.compile("override", "a".repeat(10_001)))
        .hasMessageEndingWith("has 10001 characters; expected at most 10000");
    String deep = "(".repeat(4_900) + "a" + ")".repeat(4_900);
    // How deep the stack goes is the platform's; what doesn't fit is refused in a line.
    try {
      assertThat(VariablePattern.compile("override", deep)).isNotNull();
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageStartingWith("override pattern '((((").hasMessageNotContaining("\n");
    }
  }
}
