/**
 * The taggers that Spark NLP ships as graphs of TensorFlow 1, trained as it trains them: through
 * the ops that it runs by name.
 */
package org.grokfast.tests.sparknlp;
