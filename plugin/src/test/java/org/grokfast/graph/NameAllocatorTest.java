package org.grokfast.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** Free names. */
class NameAllocatorTest {

  @Test
  void aTakenNameGetsTheFirstFreeSuffix() {
    NameAllocator names = new NameAllocator(Set.of("a", "a_1", "b_1")::contains);
    assertThat(names.allocate("a")).isEqualTo("a_2");
    assertThat(names.allocate("b")).isEqualTo("b");
    assertThat(names.allocate("b")).isEqualTo("b_2");
  }
}
