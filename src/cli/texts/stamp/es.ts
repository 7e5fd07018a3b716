/** What `warifu stamp` says, in Spanish. */
import type { StampTexts } from "./en.ts";

export const ES: StampTexts = {
  summary: "hace fechar el punto de control de un paquete por una autoridad de sellado de tiempo o en Bitcoin",
  description:
    "Hace sellar el punto de control de un paquete de prueba por una autoridad de sellado de tiempo y añade el sello al paquete.",
  bundle: "el paquete de prueba",
  tsa: "la dirección de la autoridad (RFC 3161)",
  certificate: "su certificado, o el de quien lo emite, PEM; se puede repetir",
  calendar: "en lugar de una autoridad, un calendario de OpenTimestamps",
  renew:
    "en lugar de eso, renueva los sellos que tiene el paquete, antes de que caduquen sus certificados, o completa sus pruebas de OpenTimestamps",
  output: "escribe ahí (por omisión: el propio paquete)",
  after: `
La autoridad recibe un resumen y nada más. Antes de escribir nada, su respuesta se comprueba con los certificados que usted
indica. Quien verifica el paquete indica certificados en su propia política: warifu policy add-tsa.

Un calendario promete en el acto que un bloque de Bitcoin contendrá el resumen, y lo tiene unas horas después: pregunte
entonces otra vez con --renew. Quien verifica el paquete indica ese bloque: warifu policy add-bitcoin, o verify --bitcoin-header.

Código de salida 0: sellado; 1: la respuesta no es válida; 2: uso incorrecto; 3: no hay respuesta, o el sello no lleva a
ninguno de los certificados.

Ejemplos:
  warifu stamp bundle.json --tsa https://tsa.example/tsr --certificate tsa-root.pem
  warifu stamp bundle.json --renew --tsa https://tsa.example/tsr --certificate tsa-root.pem --certificate former-root.pem
  warifu stamp bundle.json --calendar https://calendar.example`,
  stamped: (file, tsa, time, until) => `${file}: sellado por ${tsa} el ${time}, válido hasta el ${until}`,
  entered: (file) =>
    `${file}: la prueba espera un bloque de Bitcoin; pregunte otra vez dentro de unas horas, con --renew`,
  inBlock: (file) => `${file}: la prueba lleva a un bloque de Bitcoin`,
};
