/** What `warifu submit` says, in Spanish. */
import { counterIn, numberIn } from "../../../texts/plurals.ts";
import type { SubmitTexts } from "./en.ts";

const count = counterIn("es");
const number = numberIn("es");
const recordsOf = (records: number): string =>
  count(records, { one: "# registro", many: "# de registros", other: "# registros" });
const refusedOf = (items: number): string =>
  count(items, { one: "# elemento rechazado", many: "# de elementos rechazados", other: "# elementos rechazados" });

export const ES: SubmitTexts = {
  submit: {
    summary: "presenta registros de un archivo o de stdin",
    description:
      "Presenta los registros de un archivo JSON, NDJSON o CSV, o de un documento del sector (GeoJSON, SenML, SensorThings, NGSI, Open311), y espera a que cada uno quede guardado en el libro. El gzip se descomprime.",
    file: "el archivo, o - para stdin",
    source: (usual) => `con --type, quién envía los registros (por omisión, ${usual})`,
    type: "los elementos son datos de registros de este tipo",
    items: "dónde está en el JSON la lista de elementos, como puntero JSON, por ejemplo /resources",
    format: "qué contiene el archivo (por omisión, según su nombre o contenido)",
    encoding: "la codificación del texto, como shift_jis o iso-8859-1 (por omisión, UTF-8)",
    delimiter: 'qué separa las celdas del CSV, como ";" o tab (por omisión, según sus filas)',
    map: "cómo las columnas del CSV pasan a ser registros: datos, clave, fuente, horas (docs/sources.md)",
    batch: "cuántos registros van en una petición",
    acks: "escribe ahí los acuses de recibo, un objeto JSON por línea",
    refused: "escribe ahí los elementos rechazados, para corregirlos y presentarlos de nuevo",
    dryRun: "no envía nada; dice qué datos serían públicos para siempre, cuáles quedarían ocultos y qué se rechaza",
    yes: "envía sin preguntar; así es donde no hay nadie ante el terminal",
    json: "muestra el resumen como un único documento JSON",
    after: `
Con --type, cada elemento contiene los datos de un registro; sin él, cada uno es un registro entero:
  {"type": "sensor-reading", "source": "gateway-7", "claims": {"temperature": 16.4}}

Las filas de un CSV también son datos: texto, salvo que el perfil del tipo diga que una columna es un número o puede
quedar vacía. Lo que se puede enviar, y cómo se lee, está en docs/sources.md.

Un elemento sin clave recibe una que depende de los bytes del archivo, de cómo se lee (--items, --format, --type,
--source) y de su lugar en él: presentar otra vez el mismo archivo, o tras una interrupción, no añade nada. Un archivo
modificado es otro archivo: presente los elementos rechazados en un archivo propio, que escribe --refused. Los elementos
de stdin son nuevos cada vez.

Código de salida 0: hay acuse de todos; 1: algunos se rechazaron; 2: uso incorrecto o ningún elemento; 3: el servicio no
responde.

Ejemplos:
  warifu submit records.ndjson
  warifu submit readings.csv --type sensor-reading --source gateway-7
  warifu submit reports.csv --type citizen-report --dry-run
  warifu submit export.csv --map export-map.json
  warifu submit stations.csv --type sensor-reading --encoding shift_jis --delimiter ";"
  warifu submit requests.xml --source city/open311
  warifu submit environment.json --type sensor-reading --items /resources
  curl -s https://city.example.org/environment.json | warifu submit - --type sensor-reading --items /resources
  warifu submit readings.csv --type sensor-reading --refused refused.csv
  warifu submit big.ndjson --batch 5000 --acks acknowledged.ndjson`,
  },
  nothingSent: "no se envió nada",
  note: (note) => `nota (en inglés): ${note}`,
  dryRunOver: "no se envió nada: era un ensayo",
  noItem: "no se anotó nada: no contiene ningún elemento",
  listsAt: (pointers, first) => `si sus elementos están en ${pointers.join(" o ")}, dé --items ${first}`,
  publicOfFirst: (type, source, claims) => `público del primer ${type}: fuente ${source}, ${claims}`,
  sendIt: "Esto no se puede deshacer. ¿Enviarlo?",
  ofType: (records, type) => `${recordsOf(records)} de tipo ${type}`,
  publicForEver: (names) => `público para siempre: ${names}`,
  sourceNames: (names) => `fuente (${count(names, { one: "# nombre", many: "# de nombres", other: "# nombres" })})`,
  concealed: (names) => `oculto:               ${names}`,
  nothing: "nada",
  acknowledged: ({ all, added, repeated, places: [first, last] }) =>
    `acuse de ${recordsOf(all)} (${count(added, { one: "# nuevo", many: "# nuevos", other: "# nuevos" })}, ` +
    `${count(repeated, { one: "# ya estaba", many: "# ya estaban", other: "# ya estaban" })}), ` +
    (first === last ? `hoja ${first}` : `hojas ${first} a ${last}`),
  recordedBefore: (added, repeated) =>
    added > 0
      ? `${number(added)} nuevos: ${number(repeated)} de ${recordsOf(added + repeated)} ya se habían anotado, de un archivo idéntico o con las mismas claves`
      : `ninguno nuevo: ${recordsOf(repeated)} ya se habían anotado, de un archivo idéntico o con las mismas claves`,
  receipt: (address, records) =>
    records === 1 ? `su justificante: ${address}` : `cada uno tiene un justificante; el del primero: ${address}`,
  acksWritten: (path) => `acuses de recibo escritos en ${path}`,
  refusedOnly: (items) => `${refusedOf(items)}: corríjalos y preséntelos en otro archivo; --refused ARCHIVO lo escribe`,
  refused: (items) => refusedOf(items),
  unwritten: (items, path, file) =>
    `no se pudo escribir en ${path} ${refusedOf(items)}: demasiado largo, no UTF-8, o sin sentido fuera del documento; véase ${file}`,
  asInDocument: (items) =>
    `${number(items)} de ellos, como están en el documento, sin lo que este dice de todas sus partes`,
  refusedWritten: (items, path) => `${refusedOf(items)} en ${path}: corrija ese archivo y preséntelo:`,
  refusedItem: (item, why) => `elemento ${item}: ${why}`,
  moreRefused: (items) => `… y ${refusedOf(items)} más: --json los enumera todos`,
  respelled: (numbers) =>
    `${count(numbers, { one: "# número escrito", many: "# de números escritos", other: "# números escritos" })} ` +
    "de otro modo, con el mismo valor, como 1.10 por 1.1: docs/formats.md, sección 1, punto 6",
  brokenOff: (records, isFile) =>
    `acuse de ${recordsOf(records)} antes de interrumpirse${isFile ? "; presente otra vez el mismo archivo para continuar" : ""}`,
};
