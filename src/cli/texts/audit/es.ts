/** What `warifu audit` says, in Spanish. */
import { FINDINGS_ES, PLACES_ES } from "../../../texts/findings/es.ts";
import { OWN_FINDINGS_ES } from "../../../texts/findings/own-es.ts";
import { counterIn, numberIn } from "../../../texts/plurals.ts";
import type { AuditTexts } from "./en.ts";

const count = counterIn("es");
const number = numberIn("es");
const entriesOf = (entries: number): string =>
  count(entries, { one: "# entrada", many: "# de entradas", other: "# entradas" });

export const ES: AuditTexts = {
  audit: {
    summary: "comprueba un libro entero",
    description: "Recalcula un libro desde sus entradas hasta sus anclajes e indica qué está mal y dónde.",
    from: "una carpeta de datos, o la dirección de un libro (por omisión, la carpeta de datos de este equipo); con --source, también el primer número",
    source: "¿tiene el libro todos los números de esta fuente, de --from NÚMERO a --to NÚMERO?",
    to: "el último número de ese intervalo",
    dataDir: "la carpeta de datos de su propio servicio, con su política (o WARIFU_DATA_DIR)",
    acks: "acuses de recibo que usted guardó, NDJSON o una lista JSON: ¿responde de ellos el libro?",
    sample: "comprueba solo este número de hojas al azar, cada una con su prueba de inclusión",
    seed: "sortea las hojas de --sample a partir de este texto, para que cualquiera lo repita (por omisión, uno al azar)",
    state:
      "recuerda ahí lo visto de un libro por HTTP: la siguiente auditoría lee lo nuevo, y una interrumpida continúa",
    rpc: "un nodo de la cadena con el que comparar (por omisión, los de la política, que deben coincidir)",
    json: "muestra el informe como un único documento JSON",
    after: `
Una carpeta de datos se lee donde está, esté en marcha o no su servicio. Un libro se lee por HTTP, como puede hacerlo
cualquiera, sin más que su política.

Código de salida 0: todo se sostiene; 1: algo está mal (se nombra cada fallo); 3: no se pudo leer todo, o faltan en el
libro números de --source.

Con --state, una auditoría interrumpida continúa donde estaba, y una posterior solo lee lo nuevo. Rechaza un libro que
muestre menos entradas que antes u otra historia, y escribe la prueba de dos historias en fork-TAMAÑO-TAMAÑO.json.
Una muestra que se sostiene acota la proporción de hojas alteradas con una confianza del 95 %; su semilla está en el
informe.

Solo se pregunta a los nodos indicados: en el rpc de la política, en --rpc o en WARIFU_RPC_URL. Sin ninguno, una política
que exige bloques de confianza deja la auditoría sin decidir.

Ejemplos:
  warifu audit --data-dir data --rpc http://127.0.0.1:8545
  warifu audit --from /backup/warifu-data --policy policy.json --report audit.json
  warifu audit --from https://ledger.example.org/log --policy policy.json --rpc https://rpc.example.org
  warifu audit --from https://ledger.example.org/log --policy policy.json --sample 1000 --seed "sorteo del 24 de diciembre"
  warifu audit --from https://ledger.example.org/log --policy policy.json --state ledger.audit
  warifu audit --from https://ledger.example.org/log --policy policy.json --acks acknowledged.ndjson
  warifu audit --from https://ledger.example.org/log --policy policy.json --source santander/env-419 --from 1 --to 1440`,
  },
  findings: { ...FINDINGS_ES, ...OWN_FINDINGS_ES },
  places: PLACES_ES,
  moreFindings: (rest) =>
    `… y ${count(rest, { one: "# hallazgo", many: "# de hallazgos", other: "# hallazgos" })} más: --report ARCHIVO o --json los dan todos`,
  checked: ({ entries, bodies, openings, tiles, checkpoints, anchors }) =>
    `comprobado: ${entriesOf(entries)}, ${count(bodies, { one: "# cuerpo", many: "# de cuerpos", other: "# cuerpos" })}, ` +
    `${count(openings, { one: "# apertura", many: "# de aperturas", other: "# aperturas" })}, ` +
    `${count(tiles, { one: "# bloque de hashes", many: "# de bloques de hashes", other: "# bloques de hashes" })}, ` +
    `${count(checkpoints, { one: "# punto de control", many: "# de puntos de control", other: "# puntos de control" })}, ` +
    count(anchors, { one: "# anclaje", many: "# de anclajes", other: "# anclajes" }),
  note: (note) => `nota: ${note}`,
  acknowledgement: (item, what) => `acuse ${item}: ${what}`,
  standsBy: (standing, all) =>
    `el libro responde de ${number(standing)} de ${count(all, { one: "# acuse", many: "# de acuses", other: "# acuses" })} de recibo`,
  completeness: ({ source, from, to, there, all, checkedSize, anchoredSize }) =>
    `fuente ${source}, de ${from} a ${to}: ${number(there)} de ${number(all)} están en el libro, cada uno una vez ` +
    `(${entriesOf(checkedSize)}, ${anchoredSize === null ? "sin comparar con un anclaje" : `${number(anchoredSize)} de ellas ancladas`})`,
  range: (first, last, leaf) => `de ${first} a ${last}, desde la hoja ${leaf}`,
  moreRanges: (rest) => `… y ${number(rest)} más: --json los da todos`,
  missing: "los que faltan (véanse las notas) los omitió la fuente o no se aceptaron: pregúntele, o dé --acks",
  refuted: (faults) =>
    `refutado: ${count(faults, { one: "# cosa está", many: "# de cosas están", other: "# cosas están" })} mal`,
  undecided: "aún no se puede decidir: lo leído se sostiene, pero no se pudo leer o comparar todo; véanse las notas",
  holdsWithoutChain: "se sostiene: lo comprobado encaja; no se comparó nada con la cadena",
  holds: "se sostiene: todo lo comprobado encaja",
  twoHistories: (smaller, larger, path) =>
    `dos historias, de ${number(smaller)} y ${number(larger)} entradas: \`warifu verify ${path}\` se lo prueba a cualquiera`,
  foldersPolicy: "la política es la que está en la carpeta que se audita: indique la suya con --policy",
};
