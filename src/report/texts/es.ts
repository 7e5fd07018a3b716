/** Reports in Spanish. */
import type { ReportTexts } from "./texts.ts";

export const ES: ReportTexts = {
  title: "Informe de auditoría",
  headings: {
    verdict: "Veredicto",
    question: "Pregunta",
    scope: "Alcance",
    method: "Método",
    exceptions: "Excepciones",
    figures: "Cifras",
    notes: "No comprobado, y otras observaciones",
    identities: "A quién y a qué se refiere",
    repeat: "Cómo repetirla",
    limits: "Lo que esto no demuestra",
  },
  usualQuestion: {
    log: "¿Es cada registro de este libro el que se introdujo, en su lugar, y es esta la historia que se ancló?",
    bundles: "¿Están estos registros en el libro, sin cambios desde que se anclaron?",
  },
  outcome: {
    holds: "Se confirma: todo lo comprobado concuerda.",
    refuted: "Queda refutado: véanse las excepciones.",
    undecided: "Aún no se puede decidir: lo leído concuerda, pero no todo se pudo leer o comparar.",
  },
  holdsWithoutChain: "Nada se comparó con la cadena.",
  scopeOf: (place, size) =>
    size === undefined ? place : `${place}: las ${size} entradas bajo su último punto de control`,
  method: {
    whole:
      "Se leyó y recalculó cada entrada, cuerpo y bloque de hashes hasta la raíz firmada; los anclajes y balizas se compararon con la cadena cuando se preguntó a algún nodo.",
    continued:
      "Como una auditoría completa, continuada desde el estado de una anterior: lo que aquella comprobó no se leyó de nuevo, y se demostró que la historia la continúa.",
    sample:
      "Se sortearon hojas a partir de la semilla indicada más abajo y se comprobaron mediante pruebas de inclusión hasta la raíz firmada; cada anclaje se comparó mediante una prueba de consistencia.",
    folder:
      "Se leyó la carpeta de datos: se recalcularon y compararon entradas, cuerpos, aperturas, bloques de hashes, puntos de control y anclajes.",
    bundles: "Cada prueba se verificó paso a paso según la política, sin preguntar al servicio.",
  },
  noExceptions: "Ninguna.",
  exceptionCount: (count) => `${count} en total; las que pasan de 1000 se cuentan en las observaciones.`,
  noNotes: "Nada.",
  figures: {
    entries: "entradas",
    tiles: "bloques de hashes",
    checkpoints: "puntos de control firmados",
    bodies: "cuerpos",
    openings: "aperturas de datos ocultos",
    anchors: "anclajes",
    bundles: "pruebas",
    holding: "confirmadas",
    refuted: "refutadas",
    undecided: "sin decidir",
  },
  labels: {
    origin: "Libro",
    key: "Huella de su clave (SHA-256)",
    head: "Punto de control",
    chain: "Cadena",
    contract: "Contrato",
    anchor: "Último anclaje",
    nodes: "Nodos consultados",
    noNodes: "ninguno",
    policy: "Política (SHA-256 del archivo)",
    policyFingerprint: "Huella de la política",
    tool: "Programa",
    time: "Fecha",
  },
  anchorOf: (treeSize, block) =>
    block === undefined ? `${treeSize} entradas` : `${treeSize} entradas, bloque ${block}`,
  headOf: (treeSize, rootHash) => `${treeSize} entradas, raíz ${rootHash}`,
  repeatHint: "Cualquiera que tenga la política puede ejecutar:",
  limits: [
    "Si lo que enviaron las fuentes es cierto.",
    "Lo que nunca se introdujo: un libro muestra lo que tomó, no lo que rechazó ni lo que no recibió.",
  ],
};
