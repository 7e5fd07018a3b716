/** What `warifu export-log` says, in Spanish. */
import { numberIn } from "../../../texts/plurals.ts";
import type { ExportLogTexts } from "./en.ts";

const number = numberIn("es");

export const ES: ExportLogTexts = {
  verb: {
    summary: "exportar un libro como archivos que se pueden servir para siempre",
    description:
      "Escribe el libro de una carpeta de datos como archivos sueltos: punto de control, mosaicos, entradas, cuerpos, política, anclajes con sus sellos de tiempo y la prueba de cada registro. No necesita ninguna clave, y nada de lo ocultado está en ellos.",
    folder: "adónde; una exportación anterior del mismo libro se pone al día",
    dataDir: "carpeta de datos (por omisión: WARIFU_DATA_DIR)",
    policy: "política del libro (por omisión: policy.json de la carpeta de datos)",
    noBundles: "omitir las pruebas de los registros, que ocupan la mayor parte",
    json: "imprimir un documento JSON, y nada más",
    after: `
Un libro que ya no admite registros y cuyo contrato está cerrado queda en estos archivos, haya o no todavía un servicio.
Exporte de nuevo después de retirar un cuerpo: ya no estará en ningún archivo.

Ejemplos:
  warifu export-log /srv/parks-2026 --data-dir data/parks-2026
  warifu serve-log /srv/parks-2026
  warifu audit --from /srv/parks-2026 --policy policy.json --rpc URL`,
  },
  exported: (entries, folder) => `entradas exportadas a ${folder}: ${number(entries)}`,
  proofs: (bundles, withheld) =>
    `pruebas de registros: ${number(bundles)}; cuerpos retirados, que no están en ningún archivo: ${number(withheld)}`,
  stamped: (anchors) => `anclajes con sellos de tiempo de autoridades o calendarios: ${number(anchors)}`,
  notFinal: (entries) =>
    `entradas del final sin un anclaje definitivo: ${number(entries)}; exporte de nuevo cuando lo tengan`,
  next: (folder) => `sírvalos con cualquier servidor de archivos, o: npx warifu serve-log ${folder}`,
};
