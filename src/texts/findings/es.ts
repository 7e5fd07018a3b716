/** What is said of what an audit found, in Spanish. */
import type { NumbersAsked } from "../../verify/finding-fact.ts";
import type { FindingTexts, PlaceWords } from "./forms.ts";

const ranges = ({ ranges: all, hasMoreRanges }: Pick<NumbersAsked, "ranges" | "hasMoreRanges">): string =>
  `${all.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(", ")}${hasMoreRanges ? ", …" : ""}`;

export const FINDINGS_ES: FindingTexts = {
  "quorum-missing": ({ cosigned, quorum }) => `lo firmaron ${cosigned} testigos; la política pide ${quorum}`,
  "seq-used-before": ({ seq }) => `su fuente ya había usado el número ${seq}`,
  "body-missing": () => "falta su cuerpo, y ningún suceso del libro lo retira",
  "nothing-served": ({ leafIndex }) => `no hay entradas ni hashes desde la hoja ${leafIndex}`,
  "entry-against-tile": ({ tileIndex }) =>
    `la entrada y el bloque 0/${tileIndex} no concuerdan: se cambió uno de los dos`,
  "tile-hash-wrong": ({ position }) => `el hash ${position} no es el que resulta de los bloques inferiores`,
  "log-shrank": ({ treeSize, size }) =>
    `la clave del libro firmó ${treeSize} entradas, como vio una auditoría anterior; ahora el libro muestra ${size}`,
  "history-differs": ({ treeSize }) =>
    `el libro tiene con ${treeSize} entradas otra raíz que la firmada que vio una auditoría anterior: se cambió su historia`,
  "checkpoint-root-wrong": ({ first, last }) =>
    `las entradas no llevan a su raíz: se cambió alguna de las hojas ${first} a ${last}`,
  "source-was-suspended": ({ source }) => `la fuente ${source} estaba suspendida cuando se introdujo`,
  "signature-missing": ({ source, since }) =>
    `no está firmado, y la fuente ${source} tiene una clave de firma desde la hoja ${since}`,
  "source-key-not-counting": ({ source, thumbprint, ended }) =>
    ended === null
      ? `firmado con la clave ${thumbprint}, que nunca se registró para la fuente ${source}`
      : `firmado con la clave ${thumbprint} de la fuente ${source}, que terminó en la hoja ${ended.endedAt} (${ended.why})`,
  "contract-code-differs": () => "su código no es el que indica la política",
  "anchored-beyond": ({ treeSize, size }) => `el contrato tiene ${treeSize} entradas, el libro solo ${size}`,
  "anchored-root-differs": () => "su raíz no es la que este libro tiene con ese tamaño",
  "beacon-block-differs": ({ blockNumber }) => `la cadena tiene otro bloque a la altura ${blockNumber} de la baliza`,
  "origin-differs": ({ origin, expected }) => `el libro es de «${origin}», no de «${expected}»`,
  "record-id-wrong": () => "el identificador del registro no corresponde a su hoja: se cambió uno de los dos",
  "entries-missing": () =>
    "la clave del libro firmó estas entradas y el almacén no las tiene: se borraron o se repuso una copia antigua",
  "entries-uncovered": () => "ningún punto de control cubre estas entradas",
  "head-beyond-store": ({ treeSize, size }) =>
    `cubre ${treeSize} entradas, el almacén tiene ${size}: se repuso una copia antigua`,
  "head-root-differs": ({ treeSize }) => `su raíz no es la que este libro tiene con ${treeSize} entradas`,
  "anchor-unknown": ({ transactionHash }) =>
    `el almacén no conoce su transacción ${transactionHash}: se quitó la fila, u otro tiene la clave de anclaje`,
  "final-anchor-not-on-chain": () => "se llama definitivo, pero la cadena no lo tiene",
  acknowledged: ({ leafIndex }) => `la hoja ${leafIndex} está en el libro tal como se acusó`,
  "acknowledged-beyond": ({ leafIndex, treeSize, size }) =>
    `la clave del libro firmó ${treeSize} entradas al acusar la hoja ${leafIndex}; el libro muestra ${size}`,
  "acknowledged-root-differs": ({ leafIndex, treeSize }) =>
    `el punto de control firmado de ${treeSize} entradas que vino con la hoja ${leafIndex} tiene otra raíz que el libro`,
  "acknowledged-leaf-differs": ({ leafIndex }) => `el libro tiene otra hoja ${leafIndex} que la que se acusó`,
  "acknowledged-leaf-unread": ({ leafIndex }) => `no se pudo leer la hoja ${leafIndex}`,
  sampled: ({ leaves, treeSize, seed, mostAltered }) =>
    `una muestra de ${leaves} hojas de ${treeSize}${seed === null ? "" : `, sorteadas con la semilla ${seed}`}: si todas se confirman, ` +
    `con una confianza del 95 % está alterado como mucho el ${mostAltered} % de las hojas; no se comprobaron huecos ni si las fuentes firmaron como deben`,
  "no-addenda": () => "el libro no sirve cuerpos: no se comprobaron",
  "bodies-withheld": ({ count }) =>
    `${count} cuerpos están retirados, según sucesos del libro: se comprobaron sus entradas`,
  "bodies-absent": ({ count }) =>
    `faltan ${count} cuerpos: se comprobaron sus entradas, no si el libro dice que están retirados`,
  "not-all-read": ({ because }, say) => `no se pudo leer todo: ${say(because)}`,
  "acknowledgement-unchecked": ({ item, because }, say) => `no se comprobó el acuse ${item}: ${say(because)}`,
  "findings-unlisted": ({ count }) => `hay ${count} excepciones más que no se enumeran`,
  "no-chain": () => "no se preguntó a ninguna cadena: el libro no se comparó con sus anclajes",
  unanchored: () => "el contrato aún no tiene ningún anclaje definitivo de este libro: no había con qué compararlo",
  "anchors-open": ({ count, newestSizes }) =>
    `quedan abiertos ${count} anclajes que aún no son definitivos según la política, de tamaño ${newestSizes.join(", ")}`,
  "nodes-behind": ({ height, ahead, behind }) =>
    `no se compararon anclajes posteriores, que tiene ${ahead.join(", ")}: ${behind.join(", ")} aún no pasa del bloque ${height}`,
  "beacons-uncompared": () => "las balizas del libro no se compararon con la cadena",
  "beacons-partly-compared": ({ compared, count }) =>
    `solo se compararon con la cadena las ${compared} balizas más recientes de ${count}`,
  "beacons-unanswered": ({ leafIndex, because }, say) =>
    `desde la hoja ${leafIndex} las balizas no se compararon con la cadena: ${say(because)}`,
  "beacons-of-lost-chain": ({ count }) => `${count} balizas son de una cadena que ya no existe: se reinició`,
  "beacons-unknown": ({ count }) => `la cadena no conoce las alturas de ${count} balizas`,
  "beacons-begin-again": ({ count }) => `las alturas empiezan de nuevo en ${count} balizas: la cadena se reinició`,
  "entries-early": ({ count, toleranceSeconds }) =>
    `${count} entradas indican una hora más de ${toleranceSeconds} s anterior a la del bloque de la baliza previa: el reloj del libro iba atrasado`,
  "numbers-left-out": ({ source, sourceId, missing, lastSeq, ...rest }) =>
    `la fuente ${source ?? sourceId} ha omitido ${missing} de los números hasta ${lastSeq}: ${ranges(rest)}`,
  "gaps-unlisted": ({ count }) => `hay ${count} fuentes más con números omitidos que no se enumeran`,
  "source-events-unread": ({ count }) =>
    `no se pudieron leer ${count} sucesos sobre fuentes: no se comprobó quién estaba suspendido ni qué claves valían después`,
  "source-signatures-hidden": ({ count }) =>
    `${count} registros de fuentes que deben firmar no muestran su firma: no se comprobó`,
  "source-keys-hidden": ({ count }) =>
    `${count} registros están firmados con lo que puede ser la clave de una persona, que el libro oculta: no se comprobó si valía`,
  "source-signatures-unchecked": ({ count }) =>
    `${count} firmas con claves P-256 solo se pueden comprobar en una página segura`,
  "numbers-missing": ({ source, ...rest }) => `fuente ${source}: el libro no tiene ${ranges(rest)}`,
  "numbers-not-yet": ({ source, ...rest }) => `fuente ${source}: el libro aún no tiene ${ranges(rest)}`,
  "no-head-guard": () => "no hay guardia de la cabeza: sin cadena no se notaría una copia antigua",
  "evidence-only": () => "los anclajes solo se comprobaron con las pruebas guardadas",
  "vault-closed": () => "no se abrió la bóveda: no se comprobaron las aperturas",
  "openings-early": ({ count }) => `la bóveda guarda aperturas de ${count} registros que el libro (aún) no tiene`,
};

/** The places. */
export const PLACES_ES: PlaceWords = {
  leaf: "hoja",
  leaves: (first, last) => `hojas ${first} a ${last}`,
  checkpoint: "punto de control",
  checkpointAbove: (size) => `punto de control por encima de ${size}`,
  anchor: "anclaje",
  anchorOf: (size) => `anclaje de tamaño ${size}`,
  contract: "contrato",
  log: "libro",
  tile: "bloque de hashes",
  entryBundle: "lote de entradas",
  acknowledgement: "acuse",
  vaultRow: "fila de la bóveda",
  headGuard: "guardia de la cabeza",
};
