package org.grokfast.tools.export;

/**
 * What the child process says, as JSON.
 *
 * @param report what was exported; null if it failed
 * @param error why it failed; null if it did not
 * @param nothing whether it failed because there is nothing to export
 */
record ExportAnswer(ExportReport report, String error, boolean nothing) {}
