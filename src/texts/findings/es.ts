/** What is said of what an audit found, in Spanish. */
import type { NumbersAsked } from "../../verify/finding-fact.ts";
import { counterIn, exactNumberIn } from "../plurals.ts";
import type { LogFindingTexts, PlaceWords } from "./forms.ts";

const n = exactNumberIn("es");
const count = counterIn("es");

const ranges = ({ ranges: all, hasMoreRanges }: Pick<NumbersAsked, "ranges" | "hasMoreRanges">): string =>
  `${all.map(([from, to]) => (from === to ? n(from) : `${n(from)}-${n(to)}`)).join(", ")}${hasMoreRanges ? ", …" : ""}`;

/** Why a key ended. */
const WHY = { compromised: "comprometida", lost: "perdida", retired: "retirada", replaced: "sustituida" } as const;

export const FINDINGS_ES: LogFindingTexts = {
  "quorum-missing": ({ cosigned, quorum }) =>
    count(cosigned, { one: "lo firmó # testigo", many: "lo firmaron # de testigos", other: "lo firmaron # testigos" }) +
    `; la política pide ${n(quorum)}`,
  "seq-used-before": ({ seq }) => `su fuente ya había usado el número ${n(seq)}`,
  "body-missing": () => "falta su cuerpo, y ningún suceso del libro lo retira",
  "nothing-served": ({ leafIndex }) => `no hay entradas ni hashes desde la hoja ${n(leafIndex)}`,
  "entry-against-tile": ({ tileIndex }) =>
    `la entrada y el bloque 0/${tileIndex} no concuerdan: se cambió uno de los dos`,
  "tile-hash-wrong": ({ position }) => `el hash ${n(position)} no es el que resulta de los bloques inferiores`,
  "log-shrank": ({ treeSize, size }) =>
    `la clave del libro firmó ${n(treeSize)} entradas, como vio una auditoría anterior; ahora el libro muestra ${n(size)}`,
  "history-differs": ({ treeSize }) =>
    `el libro tiene con ${n(treeSize)} entradas otra raíz que la firmada que vio una auditoría anterior: se cambió su historia`,
  "checkpoint-root-wrong": ({ first, last }) =>
    `las entradas no llevan a su raíz: se cambió alguna de las hojas ${n(first)} a ${n(last)}`,
  "source-was-suspended": ({ source }) => `la fuente ${source} estaba suspendida cuando se introdujo`,
  "signature-missing": ({ source, since }) =>
    `no está firmado, y la fuente ${source} tiene una clave de firma desde la hoja ${n(since)}`,
  "source-key-not-counting": ({ source, thumbprint, ended }) =>
    ended === null
      ? `firmado con la clave ${thumbprint}, que nunca se registró para la fuente ${source}`
      : `firmado con la clave ${thumbprint} de la fuente ${source}, que terminó en la hoja ${n(ended.endedAt)} (${WHY[ended.why]})`,
  "contract-code-differs": () => "su código no es el que indica la política",
  "anchored-beyond": ({ treeSize, size }) => `el contrato tiene ${n(treeSize)} entradas, el libro solo ${n(size)}`,
  "anchored-root-differs": () => "su raíz no es la que este libro tiene con ese tamaño",
  "beacon-block-differs": ({ blockNumber }) => `la cadena tiene otro bloque a la altura ${n(blockNumber)} de la baliza`,
  sampled: ({ leaves, treeSize, seed, mostAltered }) =>
    `una muestra de ${n(leaves)} hojas de ${n(treeSize)}${seed === null ? "" : `, sorteadas con la semilla ${seed}`}: si todas se confirman, ` +
    `con una confianza del 95 % está alterado como mucho el ${n(mostAltered)} % de las hojas; no se comprobaron huecos ni si las fuentes firmaron como deben`,
  "no-addenda": () => "el libro no sirve cuerpos: no se comprobaron",
  "bodies-withheld": ({ count: bodies }) =>
    count(bodies, {
      one: "# cuerpo está retirado, según un suceso del libro: se comprobó su entrada",
      many: "# de cuerpos están retirados, según sucesos del libro: se comprobaron sus entradas",
      other: "# cuerpos están retirados, según sucesos del libro: se comprobaron sus entradas",
    }),
  "bodies-withheld-since": ({ count: bodies }) =>
    count(bodies, {
      one: "falta # cuerpo: según entradas posteriores a las auditadas está retirado; repita la auditoría",
      many: "faltan # de cuerpos: según entradas posteriores a las auditadas están retirados; repita la auditoría",
      other: "faltan # cuerpos: según entradas posteriores a las auditadas están retirados; repita la auditoría",
    }),
  "bodies-absent": ({ count: bodies }) =>
    count(bodies, {
      one: "falta # cuerpo: se comprobó su entrada, no si el libro dice que está retirado",
      many: "faltan # de cuerpos: se comprobaron sus entradas, no si el libro dice que están retirados",
      other: "faltan # cuerpos: se comprobaron sus entradas, no si el libro dice que están retirados",
    }),
  "not-all-read": ({ because }, say) => `no se pudo leer todo: ${say(because)}`,
  "findings-unlisted": ({ count: findings }) =>
    count(findings, {
      one: "hay # excepción más que no se enumera",
      many: "hay # de excepciones más que no se enumeran",
      other: "hay # excepciones más que no se enumeran",
    }),
  "no-chain": () => "no se preguntó a ninguna cadena: el libro no se comparó con sus anclajes",
  unanchored: () => "el contrato aún no tiene ningún anclaje definitivo de este libro: no había con qué compararlo",
  "anchors-open": ({ count: anchors, newestSizes }) =>
    count(anchors, {
      one: "queda abierto # anclaje que aún no es definitivo según la política",
      many: "quedan abiertos # de anclajes que aún no son definitivos según la política",
      other: "quedan abiertos # anclajes que aún no son definitivos según la política",
    }) + `, de tamaño ${newestSizes.map(n).join("; ")}`,
  "nodes-behind": ({ height, ahead, behind }) =>
    `no se compararon anclajes posteriores, que tiene ${ahead.join(", ")}: ${behind.join(", ")} aún no pasa del bloque ${n(height)}`,
  "beacons-uncompared": () => "las balizas del libro no se compararon con la cadena",
  "beacons-partly-compared": ({ compared, count: beacons }) =>
    `solo se compararon con la cadena las ${n(compared)} balizas más recientes de ${n(beacons)}`,
  "beacons-unanswered": ({ leafIndex, because }, say) =>
    `desde la hoja ${n(leafIndex)} las balizas no se compararon con la cadena: ${say(because)}`,
  "beacons-of-lost-chain": ({ count: beacons }) =>
    count(beacons, {
      one: "# baliza es de una cadena que ya no existe: se reinició",
      many: "# de balizas son de una cadena que ya no existe: se reinició",
      other: "# balizas son de una cadena que ya no existe: se reinició",
    }),
  "beacons-unknown": ({ count: beacons }) =>
    count(beacons, {
      one: "la cadena no conoce la altura de # baliza",
      many: "la cadena no conoce las alturas de # de balizas",
      other: "la cadena no conoce las alturas de # balizas",
    }),
  "beacons-begin-again": ({ count: beacons }) =>
    count(beacons, {
      one: "la altura empieza de nuevo en # baliza: la cadena se reinició",
      many: "las alturas empiezan de nuevo en # de balizas: la cadena se reinició",
      other: "las alturas empiezan de nuevo en # balizas: la cadena se reinició",
    }),
  "entries-early": ({ count: entries, toleranceSeconds }) =>
    count(entries, { one: "# entrada indica", many: "# de entradas indican", other: "# entradas indican" }) +
    ` una hora más de ${n(toleranceSeconds)} s anterior a la del bloque de la baliza previa: el reloj del libro iba atrasado`,
  "numbers-left-out": ({ source, sourceId, missing, lastSeq, ...rest }) =>
    `la fuente ${source ?? sourceId} ha omitido ${n(missing)} de los números hasta ${n(lastSeq)}: ${ranges(rest)}`,
  "gaps-unlisted": ({ count: sources }) =>
    count(sources, {
      one: "hay # fuente más con números omitidos que no se enumera",
      many: "hay # de fuentes más con números omitidos que no se enumeran",
      other: "hay # fuentes más con números omitidos que no se enumeran",
    }),
  "source-events-unread": ({ count: events }) =>
    count(events, {
      one: "no se pudo leer # suceso sobre fuentes",
      many: "no se pudieron leer # de sucesos sobre fuentes",
      other: "no se pudieron leer # sucesos sobre fuentes",
    }) + ": no se comprobó quién estaba suspendido ni qué claves valían después",
  "source-signatures-hidden": ({ count: records }) =>
    count(records, {
      one: "# registro de una fuente que debe firmar no muestra su firma: no se comprobó",
      many: "# de registros de fuentes que deben firmar no muestran su firma: no se comprobó",
      other: "# registros de fuentes que deben firmar no muestran su firma: no se comprobó",
    }),
  "source-keys-hidden": ({ count: records }) =>
    count(records, {
      one: "# registro está firmado",
      many: "# de registros están firmados",
      other: "# registros están firmados",
    }) + " con lo que puede ser la clave de una persona, que el libro oculta: no se comprobó si valía",
  "source-signatures-unchecked": ({ count: signatures }) =>
    count(signatures, {
      one: "# firma con una clave P-256 solo se puede comprobar en una página segura",
      many: "# de firmas con claves P-256 solo se pueden comprobar en una página segura",
      other: "# firmas con claves P-256 solo se pueden comprobar en una página segura",
    }),
  "numbers-missing": ({ source, ...rest }) => `fuente ${source}: el libro no tiene ${ranges(rest)}`,
  "numbers-not-yet": ({ source, ...rest }) => `fuente ${source}: el libro aún no tiene ${ranges(rest)}`,
};

/** The places. */
export const PLACES_ES: PlaceWords = {
  number: n,
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
  anchors: "anclajes",
  checkpoints: "puntos de control",
  entries: "entradas",
  vault: "bóveda",
};
