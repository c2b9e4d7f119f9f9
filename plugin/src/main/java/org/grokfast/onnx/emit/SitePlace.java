package org.grokfast.onnx.emit;

import java.util.Optional;
import org.grokfast.rewrite.emit.SiteNames;

/**
 * Where the nodes of a site go and what they are called.
 *
 * @param nodes the site's own nodes
 * @param scalars those that all sites share
 * @param measuring what all sites are measured by
 * @param names the names of what is inserted
 * @param passes where passes go, where there are any
 * @param gate whether a step makes the update, where it may not
 */
record SitePlace(
    OnnxNodes nodes,
    OnnxScalars scalars,
    OnnxMeasuring measuring,
    SiteNames names,
    Optional<PassPlace> passes,
    Optional<Gate> gate) {}
