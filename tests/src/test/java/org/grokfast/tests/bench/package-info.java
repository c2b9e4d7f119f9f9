/**
 * What filters cost: counts, which a test keeps, and times, which benchmarks print. Benchmarks are
 * no part of the build; each says its command.
 */
package org.grokfast.tests.bench;
