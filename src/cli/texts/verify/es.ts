/** What `warifu verify` says, in Spanish. */
import { counterIn } from "../../../texts/plurals.ts";
import type { VerifyTexts } from "./en.ts";

const count = counterIn("es");

export const ES: VerifyTexts = {
  verify: {
    summary: "comprueba paquetes de prueba sin preguntar al servicio",
    description: "Comprueba paquetes de prueba según la política de quien verifica.",
    bundles: "archivos con un paquete de prueba, carpetas de ellos, archivos .ndjson con uno por línea, o - para stdin",
    dataDir: "usa la política del servicio cuya carpeta de datos es esta (o WARIFU_DATA_DIR)",
    rpc: "un nodo de la cadena al que preguntar; si son varios, todos deben coincidir",
    blockHash: "un bloque en el que usted confía; se puede repetir",
    bitcoinHeader:
      "un bloque de Bitcoin en el que usted confía, para comprobar pruebas de OpenTimestamps; se puede repetir",
    original: "los bytes de los que se dice que se hizo el registro: comprueba que se comprometió con ellos",
    json: "muestra un único documento JSON: el veredicto, o una lista de ellos si hay varios paquetes",
    after: `
Código de salida 0: se sostiene; 1: refutado (se indican el paso y el registro); 2: uso incorrecto; 3: aún no se puede
decidir.

Un archivo con una prueba de dos historias, como lo escriben \`warifu audit\` y el servicio cuando un libro muestra dos,
se comprueba como un paquete: se sostiene si prueba que la clave del libro firmó ambas.

De una carpeta o de un archivo .ndjson, los paquetes que se sostienen solo se cuentan; los demás también se nombran.

Sin --rpc ni --block-hash, la política decide cómo se confía en la cadena. La política es de quien verifica: pídala una
vez al responsable del servicio, por una vía de confianza, y nunca junto con el paquete.

Ejemplos:
  warifu verify bundle.json --policy policy.json
  warifu verify bundle.json --policy policy.json --rpc https://rpc.example.org
  warifu verify bundle.json --policy policy.json --block-hash 0x5c1f…
  warifu verify fork-300-600.json --policy policy.json
  warifu verify proofs --policy policy.json
  warifu verify november.ndjson --policy policy.json --json
  warifu verify bundle.json --policy policy.json --original notification.json`,
  },
  reportOptions: {
    report: "escribe un informe en ese archivo: .json, .html o .pdf, según acabe su nombre",
    question: "la pregunta que responde el informe, con sus palabras",
    sign: "firma el informe con esta clave privada, un JWK propio (`warifu source keygen`)",
  },
  sum: ({ all, holds, refuted, undecided, wrong }) =>
    `${count(all, { one: "# paquete", many: "# de paquetes", other: "# paquetes" })}: ` +
    `${count(holds, { one: "# se sostiene", many: "# se sostienen", other: "# se sostienen" })}, ` +
    `${count(refuted, { one: "# refutado", many: "# refutados", other: "# refutados" })}, ` +
    `${count(undecided, { one: "# sin decidir", many: "# sin decidir", other: "# sin decidir" })}` +
    (wrong === 0
      ? ""
      : `, ${count(wrong, { one: "# no es un paquete", many: "# no son paquetes", other: "# no son paquetes" })}`),
  firstRefuted: (name) => `el primero refutado: ${name}`,
  underPolicy: (path, sha256, fingerprint) => `según la política ${path}, SHA-256 ${sha256}, huella ${fingerprint}`,
  reportWritten: (path) => `informe escrito en ${path}`,
  signedIn: (path, thumbprint) => `firmado en ${path} con la clave ${thumbprint}`,
};
