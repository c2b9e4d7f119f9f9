package org.grokfast.tensorflow.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.tensorflow.proto.NodeDef;

class NameIndexTest {

  private static NodeList nodes(List<String> names) {
    return NodeList.of(
        names.stream().map(name -> NodeDef.newBuilder().setName(name).build()).toList());
  }

  @Property
  void findsWhatAMapFinds(
      @ForAll List<@CharRange(from = 'a', to = 'c') @StringLength(max = 3) String> names,
      @ForAll List<@CharRange(from = 'a', to = 'c') @StringLength(max = 3) String> asked) {
    NameIndex index = new NameIndex(nodes(names));
    Map<String, Integer> map = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      Integer before = map.putIfAbsent(names.get(i), i);
      assertThat(index.add(i)).isEqualTo(before == null ? NameIndex.NONE : before);
    }

    assertThat(names).allSatisfy(name -> assertThat(index.find(name)).isEqualTo(map.get(name)));
    assertThat(asked)
        .allSatisfy(
            name -> assertThat(index.find(name)).isEqualTo(map.getOrDefault(name, NameIndex.NONE)));
  }

  @Example
  void findsNothingInAnEmptyGraph() {
    assertThat(new NameIndex(nodes(List.of())).find("a")).isEqualTo(NameIndex.NONE);
  }
}
