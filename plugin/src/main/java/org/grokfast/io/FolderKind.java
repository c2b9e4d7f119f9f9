package org.grokfast.io;

import java.nio.file.Path;
import java.util.function.Predicate;

/**
 * A kind of folder that is written as a whole.
 *
 * @param label its name with an article: "a SavedModel"
 * @param isOne whether a folder is one; only such a folder, or an empty one, is ever replaced
 */
public record FolderKind(String label, Predicate<Path> isOne) {}
