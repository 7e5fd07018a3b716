/** What `warifu start` and its city feed say, in Spanish. */
import { counterIn, numberIn } from "../../../texts/plurals.ts";
import type { StartTexts } from "./en.ts";

const count = counterIn("es");
const number = numberIn("es");
const recordsOf = (records: number): string =>
  count(records, { one: "# registro", many: "# de registros", other: "# registros" });

export const ES: StartTexts = {
  start: {
    summary: "pone en marcha el servicio",
    description:
      "Pone en marcha el servicio; en una copia del código, con una cadena local propia salvo que se fije otra.",
    noFeed: "no presenta los registros de la ciudad de ejemplo",
    json: "muestra un único documento JSON cuando el servicio está listo, y nada más",
    after: `
En una copia del código, sin ajustes, inicia una cadena Hardhat local en memoria, despliega allí el contrato y guarda sus
datos en la carpeta data/. Con WARIFU_RPC_URL y una cuenta para anclar (por ejemplo WARIFU_ANCHOR_KEY) ancla en esa cadena
y no presenta ejemplos; un paquete instalado no tiene cadena local y necesita ambas. Ctrl-C lo detiene; la próxima vez
sigue con los datos. El puerto es el ajuste WARIFU_HTTP_PORT. Con WARIFU_LOGS, un archivo, lleva varios libros en un solo
proceso.

Ejemplos:
  warifu start
  warifu start --no-feed
  WARIFU_DATA_DIR=/var/lib/warifu WARIFU_HTTP_PORT=9000 warifu start
  WARIFU_LOGS=logs.json warifu start`,
  },
  stopping: "deteniéndose…",
  stopped: "detenido",
  starting: (folder) => `iniciándose, datos en ${folder}`,
  told: (line) => `nota (en inglés): ${line}`,
  ready: (seconds) => `listo en ${seconds} s`,
  stoppedByItself: (why) => `el servicio se detuvo por sí solo: ${why}`,
  seeLog: (folder) =>
    `nada de lo que tuvo acuse se ha perdido; véase service.log en ${folder}, corrija la causa e inícielo de nuevo`,
  startingLogs: (logs) => `iniciando ${count(logs, { one: "# libro", many: "# de libros", other: "# libros" })}`,
  noneRuns: (why) => `ya no funciona ningún libro de este servicio: ${why}`,
  allLogs: (url) => `todos: ${url}/   salud: ${url}/healthz`,
  oneLog: (name) =>
    `para una orden sobre uno de ellos, fije WARIFU_LOG, por ejemplo: WARIFU_LOG=${name} npx warifu status`,
  labels: {
    service: "servicio",
    status: "estado",
    api: "API",
    log: "libro",
    chain: "cadena",
    contract: "contrato",
    data: "datos",
    policy: "política",
    apiKeys: "claves de API",
  },
  chainOf: (url, id) => `${url}   (cadena ${id})`,
  tryIt: "pruebe, en otro terminal:",
  howToStop: "Ctrl-C lo detiene.",
  checkIt: "compruébelo usted:",
  feedEnded: (why) => `la ciudad de ejemplo terminó; detalle (en inglés): ${why}`,

  feed: (records, file) => `ciudad de ejemplo: ${recordsOf(records)} de ${file}`,
  waiting: "esperando a que se ancle el primero …",
  refused: (position, why) => `el registro ${position} del ejemplo se rechazó; detalle (en inglés): ${why}`,
  acknowledged: (leaf, type, source, isNew) =>
    `acuse de la hoja ${leaf}  ${type} de ${source}${isNew ? "" : ", ya estaba"}`,
  acknowledgedAll: (records, added) => `acuse de ${recordsOf(records)}; nuevos: ${number(added)}`,
  verified: (id, policyFile) => `la prueba del registro ${id}, verificada según ${policyFile}`,
};
