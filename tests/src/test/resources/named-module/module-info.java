/** A program of its own module, as the test compiles and runs it. */
module sample.training {
  requires org.grokfast;
}
