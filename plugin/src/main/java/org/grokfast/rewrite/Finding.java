package org.grokfast.rewrite;

/** What a rule says of a node that looks like an optimizer's update. */
public sealed interface Finding permits UpdateSite, NearMiss {}
