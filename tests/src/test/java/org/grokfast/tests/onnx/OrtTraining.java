package org.grokfast.tests.onnx;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** A test for the JVM of the profile {@code ort-training}; skipped elsewhere. */
@Tag("ort-training")
@EnabledIfSystemProperty(
    named = "grokfast.ort.training",
    matches = ".+",
    disabledReason = "needs ONNX Runtime with training kernels: mvn verify -Port-training")
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface OrtTraining {}
