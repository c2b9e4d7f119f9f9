package org.grokfast.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InsertedNamesTest {

  @Test
  void aParameterIsKnownByTheLastPartOfItsName() {
    assertThat(InsertedNames.isParameter("grokfast/lamb", "lamb")).isTrue();
    assertThat(InsertedNames.isParameter("grokfast/layer/w/lamb_1", "lamb")).isTrue();
    assertThat(InsertedNames.isParameter("grokfast/lambda", "lamb")).isFalse();
    assertThat(InsertedNames.isParameter("grokfast/lamb/Read", "lamb")).isFalse();
    assertThat(InsertedNames.isParameter("model/lamb", "lamb")).isFalse();
  }

  @Test
  void aFilteredGradientTellsItsVariableWithAndWithoutTheNumberOfATakenName() {
    assertThat(InsertedNames.variables("grokfast/layer/w_1/gradient"))
        .containsExactly("layer/w_1", "layer/w");
    assertThat(InsertedNames.variables("grokfast/w/gradient")).containsExactly("w", "w");
    assertThat(InsertedNames.variables("grokfast/gradient")).isEmpty();
    assertThat(InsertedNames.variables("layer/w/gradient")).isEmpty();
    assertThat(InsertedNames.variables("grokfast/w/ema")).isEmpty();
  }

  @Test
  void aNodeBelowTheRootIsKnownByItsNameWithOrWithoutANumber() {
    assertThat(InsertedNames.is("grokfast/init", InsertedNames.INIT)).isTrue();
    assertThat(InsertedNames.is("grokfast/init_2", InsertedNames.INIT)).isTrue();
    assertThat(InsertedNames.is("grokfast/w/init", InsertedNames.INIT)).isFalse();
    assertThat(InsertedNames.is("init", InsertedNames.INIT)).isFalse();
  }
}
