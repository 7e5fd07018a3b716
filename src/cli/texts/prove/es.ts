/** What `warifu prove` says, in Spanish. */
import { counterIn } from "../../../texts/plurals.ts";
import type { ProveTexts } from "./en.ts";

const count = counterIn("es");

export const ES: ProveTexts = {
  prove: {
    summary: "obtiene los paquetes de prueba de registros",
    description:
      "Escribe el paquete de prueba de un registro en un archivo o en stdout, o los de muchos registros en una carpeta o un archivo.",
    ids: "identificadores de registros, como los dieron sus acuses de recibo",
    output: "dónde escribir: un archivo; para varios, una carpeta o un archivo .ndjson (por omisión, stdout)",
    openings: "con las aperturas de los datos que oculta; exige la clave de un responsable",
    original:
      "escribe ahí de qué se hizo el registro, tal como se recibió; exige la clave de un auditor o de un responsable",
    size: "frente al anclaje definitivo de exactamente este tamaño (por omisión, el menor que sirva)",
    forContract: "en lugar de un paquete, la prueba que acepta verifyInclusion del contrato, frente a su estado actual",
    format:
      "tlog-proof: en lugar de un paquete, la sola prueba de que la entrada está en el libro, como la leen los programas para cualquier libro de C2SP",
    entry: "escribe ahí los 79 bytes de los que trata una tlog-proof",
    timestamps:
      "escribe ahí los sellos de tiempo del punto de control y de qué trata cada uno, como los toma openssl ts -verify y ots",
    wait: "cuánto esperar a que se ancle el registro, en segundos",
    json: "muestra un único documento JSON: el propio paquete o, con --output, dónde está",
    after: `
De varios registros, -o indica una carpeta, que recibe un archivo ID.json por cada uno, o un archivo acabado en .ndjson,
que recibe un paquete por línea. Lo que ya está allí no se pide otra vez.

Código de salida 2: uso incorrecto, no existe el registro o ninguno coincide; 3: aún ningún anclaje definitivo cubre un
registro (véase --wait), o el servicio no responde.

Ejemplos:
  warifu prove 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f -o bundle.json
  warifu prove 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --wait 60 | warifu verify - --policy policy.json
  warifu prove --source santander/env-419 --since 2d -o proofs
  warifu prove --type citizen-report --since 2026-11-01 --until 2026-12-01 --wait 60 -o november.ndjson
  warifu prove 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --openings -o for-the-citizen.json
  warifu prove 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f -o bundle.json --original notification.json
  warifu prove 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --for-contract -o condition.json
  warifu prove 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --format tlog-proof -o record.tlog-proof --entry record.entry`,
  },
  timestampsSaved: (folder, timestamps) =>
    `${folder}: ${count(timestamps, { one: "# sello de tiempo", many: "# de sellos de tiempo", other: "# sellos de tiempo" })}`,
  bundle: "paquete de prueba",
  entry: "entrada",
  contractProof: "prueba para el contrato",
  saved: ({ path, what, id, bytes, openings }) =>
    `${path}: ${what} de ${id}, ${count(bytes, { one: "# byte", many: "# de bytes", other: "# bytes" })}` +
    (openings === undefined
      ? ""
      : `, ${count(openings, { one: "# apertura", many: "# de aperturas", other: "# aperturas" })}`),
  nothingToOpen: "no hay nada que abrir: el registro no oculta nada, o se suprimió",
  allOpened: "estos son todos los datos que oculta el registro, según el servicio; los demás resúmenes son señuelos",
  verifyIt: (command) => `verifíquelo: ${command}`,
  verifyThem: (command) => `verifíquelos: ${command}`,
  lacksCosignatures: (missing) =>
    `al punto de control le ${count(missing, { one: "falta # firma", many: "faltan # de firmas", other: "faltan # firmas" })} ` +
    "de testigo de las que pide el servicio: una política con ese mínimo rechazará este paquete; pruebe de nuevo tras el próximo anclaje",
  original: (path, id, bytes) =>
    `${path}: de qué se hizo ${id}, ${count(bytes, { one: "# byte", many: "# de bytes", other: "# bytes" })}`,
  written: (path, written, kept) =>
    `${path}: ${count(written, { one: "# paquete escrito", many: "# de paquetes escritos", other: "# paquetes escritos" })}` +
    (kept === 0 ? "" : `, ${count(kept, { one: "# ya estaba", many: "# ya estaban", other: "# ya estaban" })}`),
  moreFailures: (rest) => `… y ${count(rest, { one: "#", many: "#", other: "#" })} más: --json los nombra todos`,
  notAnchored: (waiting, ids, isMore) =>
    `${count(waiting, { one: "# registro aún no está anclado", many: "# de registros aún no están anclados", other: "# registros aún no están anclados" })}: ` +
    `${ids}${isMore ? ", …: --json los nombra todos" : ""}`,
  later: "la misma orden más tarde, o con --wait SEGUNDOS, los obtiene, y nada dos veces",
  lackCosignatures: (bundles) =>
    `${count(bundles, { one: "a # paquete le faltan", many: "a # de paquetes les faltan", other: "a # paquetes les faltan" })} ` +
    "firmas de testigos que pide el servicio: una política con ese mínimo los rechazará",
};
