package org.grokfast.models.qm9;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.grokfast.models.TrainingException;
import uk.ac.ebi.beam.Edge;
import uk.ac.ebi.beam.Graph;

/** Molecules from SMILES, in Kekulé form and with their hydrogens, which come last. */
final class Smiles {
  private Smiles() {}

  /**
   * Reads a SMILES.
   *
   * @param where the file, for a message
   * @throws TrainingException if it's none, or of other elements
   */
  static Molecule molecule(String smiles, int number, double polarisability, String where) {
    Graph graph;
    try {
      graph = Graph.fromSmiles(smiles).kekule();
    } catch (IOException e) {
      String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new TrainingException(
          where + " has the SMILES '" + smiles + "', which can't be read: " + reason, e);
    }
    List<Element> atoms = new ArrayList<>();
    List<Bond> bonds = new ArrayList<>();
    for (int i = 0; i < graph.order(); i++) {
      atoms.add(Element.of(graph.atom(i).element().symbol(), where));
    }
    for (Edge edge : graph.edges()) {
      int from = edge.either();
      bonds.add(new Bond(from, edge.other(from), edge.bond().order()));
    }
    for (int i = 0; i < graph.order(); i++) {
      for (int h = 0; h < graph.implHCount(i); h++) {
        bonds.add(new Bond(i, atoms.size(), 1));
        atoms.add(Element.H);
      }
    }
    return new Molecule(number, atoms, bonds, polarisability);
  }
}
