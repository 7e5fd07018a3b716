/** What the command says of a verdict and of what a record shows, in Spanish. */
import { verdictES } from "../../../texts/verdict/es.ts";
import { counterIn } from "../../../texts/plurals.ts";
import { inSeconds } from "../../output.ts";
import type { VerdictTexts } from "./en.ts";

const count = counterIn("es");
const digestsOf = (digests: number): string =>
  count(digests, { one: "# resumen", many: "# de resúmenes", other: "# resúmenes" });

export const ES: VerdictTexts = {
  sentences: verdictES((posixSeconds) => inSeconds(posixSeconds * 1_000)),

  holds: (place) => `se sostiene: ${place}: sin cambios desde que se ancló`,
  undecided: (what) => `no se puede decidir: ${what}`,
  refuted: (step, place) => `refutado en el paso «${step}»: ${place}`,
  place: (kind, leaf, source) => `${kind} de la hoja ${leaf}, de ${source}`,
  claimedPlace: (leaf, source) => `el paquete dice ser de la hoja ${leaf}, de ${source}; no se fíe de él`,
  noPlace: "no es un paquete que se pueda leer; no se fíe de él",

  labels: {
    log: "libro",
    source: "fuente",
    id: "identificador",
    received: "recibido",
    after: "posterior a",
    before: "anterior a",
    anchored: "anclado",
  },
  logOf: (name, leaf, hash) => `${name}, hoja ${leaf}, hash ${hash}`,
  sourceOf: (source, seq, type) => `${source}, número ${seq}${type === undefined ? "" : `, de tipo ${type}`}`,
  receivedAt: (time) => `${time}, según el servicio`,
  blockOf: (number, time, hash) => `bloque ${number} (${time}), ${hash}`,
  anchoredIn: (contract, chain) => `en el contrato ${contract} de la cadena ${chain}`,
  says: "dice",
  asServiceFound: (line) => `${line}, según comprobó el servicio`,
  allOpened: "no oculta nada más: se reveló cada resumen de su cuerpo",

  notShown: "no muestra",
  withheld: "lo que dice el registro: su cuerpo se retiró o se suprimió",
  unopened: (digests) =>
    `qué ocultan ${digestsOf(digests)}: datos que no se revelaron, o nada, pues algunos son señuelos`,
  leftOut: (digests) =>
    `si se dejó fuera algún dato: ${count(digests, {
      one: "el # resumen restante puede ser un señuelo, que nadie distingue",
      many: "los # de resúmenes restantes pueden ser todos señuelos, que nadie distingue",
      other: "los # resúmenes restantes pueden ser todos señuelos, que nadie distingue",
    })} de un dato`,
  unsigned: {
    "partly-shown": "quién lo envió: no se muestra todo lo que abarca la firma de la fuente",
    "not-shown": "quién lo envió: la firma de la fuente no se muestra",
    none: "quién lo envió: la fuente no firmó",
    unknown: "quién lo envió: no se muestra si la fuente firmó",
  },
  strangersKey: "si la clave de la firma es de la fuente: la política no indica ninguna",
  noBeacon: "a qué es posterior: el paquete no tiene baliza",
  blocks: (numbers, how) =>
    `si la cadena tiene ${numbers.length === 1 ? "el bloque" : "los bloques"} ${numbers.join(" y ")}: ${how}`,
  askAnother: "pregunte a otro nodo con --rpc, o indique el bloque con --block-hash",
  ask: "pregunte con --rpc, o indíquelo con --block-hash",
  certificateEnded: (tsa, when) =>
    `si el sello de tiempo de ${tsa} vale todavía: su certificado caducó el ${when} y no se renovó`,
  truth: "si es verdad lo que envió la fuente",

  fork: {
    refuted: (step) => `refutado en el paso «${step}»: no prueba nada contra el libro`,
    undecided: (why) => `no se puede decidir: ${why}`,
    byAnchor: "probado: el libro tiene dos historias; quien tenga su clave o la de anclaje responde de ambas",
    byKey: "probado: la clave del libro firmó dos historias",
  },

  nothingConcealed: "no oculta nada",
  concealedDigests: (digests) => `${digestsOf(digests)} de datos ocultos y señuelos`,
  concealedNames: (names, digests) =>
    `oculta     alguno de ${names}: ${digestsOf(digests)} de tales datos y señuelos, tantos como en cada registro del tipo`,

  picture: (at, words) => `imagen ${at}: ${words}`,
  noCredentials: "llegó sin credenciales de contenido (C2PA)",
  credentials: (state, signer) =>
    `llegó con credenciales de contenido (C2PA): ${state}${signer === undefined ? "" : `; su certificado dice ${signer}`}`,
  credentialsState: {
    intact: "intactas; no conocemos al firmante",
    invalid: "no se sostienen: se cambiaron ellas o la imagen, o su firma no es válida",
    unreadable: "no se pudieron leer",
    "not-read": "no se leyeron",
  },
};
