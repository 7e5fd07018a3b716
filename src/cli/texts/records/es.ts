/** What the verbs that show records and the service say, in Spanish. */
import { ALARM_SENTENCES_ES } from "../../../texts/alarm-facts/es.ts";
import { ALARM_NAMES } from "../../../texts/alarms.ts";
import { counterIn, numberIn } from "../../../texts/plurals.ts";
import type { RecordsTexts } from "./en.ts";

const count = counterIn("es");
const number = numberIn("es");
const entriesOf = (entries: number): string =>
  count(entries, { one: "# entrada", many: "# de entradas", other: "# entradas" });

const KINDS: Readonly<Record<string, string>> = {
  source: "fuente",
  profile: "perfil",
  beacon: "baliza",
  erasure: "supresión",
  consent: "consentimiento",
  disclosure: "comunicación de datos",
  provision: "cesión",
  derivation: "imagen derivada",
};

const TOLD: Readonly<Record<string, string>> = {
  source: "fuente",
  leafIndex: "hoja",
  picture: "imagen",
  tool: "programa",
  version: "versión",
  facesFound: "caras encontradas",
  from: "de",
  to: "a",
  by: "por",
  state: "estado",
  until: "hasta",
  basis: "base",
  country: "país",
  reason: "motivo",
  treeSize: "entradas",
  transactionHash: "transacción",
  blockNumber: "bloque",
  chainId: "cadena",
};
/** Who translated something. */
const BY: Readonly<Record<string, string>> = { person: "una persona", machine: "un programa" };

export const ES: RecordsTexts = {
  list: {
    summary: "enumera registros, o anclajes con lo que costaron",
    description: "Enumera registros por fuente, tipo y momento de recepción, en el orden del libro; o anclajes.",
    anchors: "anclajes, primero el más reciente, con gas, coste y demora",
    csv: "de anclajes: una tabla (CSV, RFC 4180)",
    limit: "cuántos como mucho",
    json: "muestra un único documento JSON: una lista de registros, cada uno como lo da la API",
    after: `
Cada línea: cuándo se recibió, hoja, tipo, fuente, número y estado de su anclaje. Las horas sin zona son UTC.

Con --anchors, primero el más reciente: cuándo se firmó, número, tamaño que ancla, estado, registros que cubre, bloque,
gas, gas por registro, coste y tiempo desde la firma hasta ser definitivo. --csv tiene una columna por cada hora y paso.

Código de salida 3: un registro está dañado en el almacén; los demás se enumeran.

Ejemplos:
  warifu list --since 2d
  warifu list --source santander/env-419 --since 2026-11-01 --until 2026-11-02T10:00Z
  warifu list --type citizen-report --limit 100000 --json
  warifu list --anchors
  warifu list --anchors --csv --limit 100000 > anchors.csv`,
  },
  recordOptions: {
    source: "registros de esta fuente",
    type: "registros de este tipo",
    since: "recibidos en ese momento o después: 2026-11-01, 2026-11-01T10:00Z, o hace 90m, 12h, 2d",
    until: "recibidos antes de ese momento",
  },
  show: {
    summary: "muestra un registro, su estado y su anclaje",
    description:
      "Muestra un registro: sus datos públicos, cuántos oculta, su estado, su anclaje y las claves de su fuente.",
    record: "su identificador, su número de hoja, o el hash de su hoja o de su cuerpo",
    lineage: "muestra también qué le ha ocurrido, según el libro público",
    prov: "muestra solo eso, como PROV-JSON del W3C",
    after: `
Por su identificador, un registro se muestra sin clave; una hoja, un hash o las claves de su fuente exigen la de un
auditor.

Ejemplos:
  warifu show 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f
  warifu show 1234 --lineage
  warifu show 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 --json`,
  },
  status: {
    summary: "dice cómo está el servicio",
    description: "Dice cuántas entradas tiene el libro, cuántas están ancladas y si el servicio está sano.",
    key: "una clave de API de auditor, para lo que no es público (por omisión, WARIFU_API_KEY o la de este equipo)",
    after: `
Código de salida 0: sano; 1: no está sano; 3: el servicio no responde.

Ejemplos:
  warifu status
  warifu status --url https://ledger.example.org --json`,
  },
  first: (shown) =>
    count(shown, {
      one: "este es el primero: --limit N enumera más",
      many: "estos son los primeros # de registros: --limit N enumera más",
      other: "estos son los primeros #: --limit N enumera más",
    }),
  none: "ningún registro coincide",
  newestAnchors: (shown) => `se muestran los más recientes, ${number(shown)}: --limit N enumera más`,
  noAnchor: "aún no hay ningún anclaje",
  anchorParts: {
    anchor: (id) => `anclaje ${id}`,
    size: (treeSize) => `tamaño ${number(treeSize)}`,
    records: (records) => count(records, { one: "# registro", many: "# de registros", other: "# registros" }),
    block: (block) => `bloque ${block}`,
    gasARecord: (gas) => `${number(gas)} por registro`,
    finalAfter: (seconds) => `definitivo tras ${seconds} s`,
  },
  damaged: (leaf, why) => `hoja ${leaf}: dañada en el almacén (${why})`,
  line: ({ time, leaf, type, source, seq, state }) =>
    `${time}  hoja ${leaf}  ${type}  ${source}  número ${seq}  ${state}`,
  stateNames: {
    pending: "pendiente",
    submitted: "enviado",
    included: "incluido",
    finalized: "definitivo",
    orphaned: "abandonado",
  },
  states: {
    pending: "está en el libro y espera el próximo anclaje",
    submitted: "su anclaje se envió a la cadena y aún no está en ningún bloque",
    included: "su anclaje está en un bloque que aún no es definitivo",
    finalized: "anclado, en un bloque definitivo",
    orphaned: "se renunció a su anclaje; lo recogerá el siguiente",
  },
  typeWithheld: "retirado",
  kinds: (kind) => KINDS[kind] ?? kind,

  labels: {
    leaf: "hoja",
    source: "fuente",
    received: "recibido",
    signed: "firmado",
    state: "estado",
    anchor: "anclaje",
    key: "clave",
    erased: "suprimido",
    withheld: "retirado",
  },
  leafOf: (leaf, hash) => `${leaf}, hash ${hash}`,
  sourceOf: (source, seq) => `${source}, número ${seq}`,
  isSigned: "dice que su fuente lo firmó: lo comprueba `warifu verify`",
  isUnsigned: "no: vale la palabra de su clave de API",
  eventAt: (time, leaf) => `${time}, hoja ${leaf}`,
  erasedOn: (when, basis) => `${when}: según ${basis}; lo que ocultaba ya no existe`,
  withheldOn: (when, reason, basis) =>
    `${when}: ${reason}${basis === undefined ? "" : `, según ${basis}`}; lo que decía ya no se muestra, su hoja sigue`,
  stateOf: (state, meaning) => `${state}: ${meaning}`,
  anchorOf: ({ treeSize, block, chain, time, contract }) =>
    `${entriesOf(treeSize)}, bloque ${block} de la cadena ${chain}, ${time}, contrato ${contract}`,
  noKey: "su fuente no tiene clave de firma",
  keyOf: (leaf, key, until) => `de la hoja ${leaf}: ${key}, ${until}`,
  personsKey: "la de una persona",
  counts: "vale",
  endedAt: (leaf, why) => `hasta la hoja ${leaf} (${why})`,
  suspended: "su fuente está suspendida",
  contradicted: (times) =>
    count(times, {
      one: "su fuente se contradijo # vez",
      many: "su fuente se contradijo # de veces",
      other: "su fuente se contradijo # veces",
    }),

  lineage: {
    measured: "medido, según su fuente",
    received: "recibido",
    logged: "anotado en el libro",
    derived: "se publicó la copia de una imagen",
    translated: "se tradujo su texto",
    disclosed: "se concedió a alguien ver datos",
    accessed: "se entregaron los datos concedidos",
    provided: "cedido a otro responsable",
    reception: "recibido de otro responsable",
    withheld: "se retiró su cuerpo público",
    erased: "se suprimió lo que ocultaba",
    noted: "un suceso del libro se refiere a él",
    submitted: "su anclaje se envió a la cadena",
    anchored: "anclado en un bloque",
    final: "ese bloque es definitivo",
  },
  told: (name, value) => `${TOLD[name] ?? name} ${name === "by" ? (BY[value] ?? value) : value}`,
  leaf: (leaf) => `hoja ${leaf}`,
  lineageCut: "hay más sucesos sobre él de los que se muestran; el libro los tiene todos",

  statusLabels: {
    log: "libro",
    key: "clave",
    entries: "entradas",
    waiting: "en espera",
    chain: "cadena",
    contract: "contrato",
    heights: "alturas",
    account: "cuenta",
    anchors: "anclajes",
    endpoint: "nodo",
    witness: "testigo",
  },
  logAt: (origin, url) => `${origin} en ${url}`,
  entriesOf: (all, final) => `${number(all)}, de ellas ${number(final)} ancladas de forma definitiva`,
  waitingOf: (anchor, batch) => `${number(anchor)} de un anclaje definitivo, ${number(batch)} del próximo lote`,
  chainOf: (id, last) => `${id}, última respuesta: ${last ?? "nunca"}`,
  healthy: "sano",
  notHealthy: "no está sano",
  alarm: (isRed, code, since, message) => `${isRed ? "alarma roja" : "aviso"} ${code}, desde ${since}: ${message}`,
  alarmNames: ALARM_NAMES.es,
  alarmSentences: ALARM_SENTENCES_ES,
  alarmHelp: "qué significa cada alarma y qué hacer: docs/alarms.md",
  noBlock: "aún no se ha visto ningún bloque",
  heightsOf: (height, final, finality) =>
    `bloque ${height}, definitivo hasta ${final}${finality === undefined ? "" : ` (${finalBy(finality)})`}`,
  noFunds: "no se muestran los fondos",
  spent: (ether) => `, ${ether} ETH gastados en 24 horas`,
  newest: (treeSize, time) => `${entriesOf(treeSize)}, hecho ${time}`,
  noneFinal: "aún no hay ninguno definitivo",
  anchorsOf: (newest, outstanding, lag) =>
    `último definitivo: ${newest}; ${number(outstanding)} en camino` +
    (lag === undefined ? "" : `, la entrada más antigua espera desde hace ${number(lag)} s`),
  answers: (name) => `${name} responde`,
  silent: (name, why) => `${name} no responde${why}`,
  cosignedNothing: "aún no ha firmado nada",
  lastCosigned: (treeSize) => `lo último que firmó: ${entriesOf(treeSize)}`,
};

/** When a block is final, in words. */
function finalBy(finality: string): string {
  if (finality === "bft") return "sellado por los validadores de la cadena";
  const depth = /^depth:(\d+)$/.exec(finality)?.[1];
  return depth === undefined ? "según la cadena" : `con ${depth === "1" ? "1 bloque" : `${depth} bloques`} encima`;
}
