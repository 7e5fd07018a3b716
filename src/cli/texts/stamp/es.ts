/** What `warifu stamp` says, in Spanish. */
import type { StampTexts } from "./en.ts";

export const ES: StampTexts = {
  summary: "hace fechar el punto de control de un paquete por una autoridad de sellado de tiempo",
  description:
    "Hace sellar el punto de control de un paquete de prueba por una autoridad de sellado de tiempo y añade el sello al paquete.",
  bundle: "el paquete de prueba",
  tsa: "la dirección de la autoridad (RFC 3161)",
  certificate: "su certificado, o el de quien lo emite, PEM; se puede repetir",
  renew: "en lugar de eso, renueva los sellos que tiene el paquete, antes de que caduquen sus certificados",
  output: "escribe ahí (por omisión: el propio paquete)",
  after: `
La autoridad recibe un resumen y nada más. Antes de escribir nada, su respuesta se comprueba con los certificados que usted
indica. Quien verifica el paquete indica certificados en su propia política: warifu policy add-tsa.

Código de salida 0: sellado; 1: la respuesta no es válida; 2: uso incorrecto; 3: no hay respuesta, o el sello no lleva a
ninguno de los certificados.

Ejemplos:
  warifu stamp bundle.json --tsa https://tsa.example/tsr --certificate tsa-root.pem
  warifu stamp bundle.json --renew --tsa https://tsa.example/tsr --certificate tsa-root.pem --certificate former-root.pem`,
  stamped: (file, tsa, time, until) => `${file}: sellado por ${tsa} el ${time}, válido hasta el ${until}`,
};
