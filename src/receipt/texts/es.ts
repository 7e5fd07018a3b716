/** Receipts in Spanish. */
import type { ReceiptTexts } from "./texts.ts";

export const ES: ReceiptTexts = {
  title: "Justificante",
  lead: "Qué se recibió aquí y cómo puede usted comprobar, ahora o dentro de años, que nadie lo ha cambiado desde entonces.",
  way: "De recibido a demostrado",
  stages: {
    received: "Recibido",
    logged: "Anotado en el libro",
    anchored: "Anclado en la cadena de bloques",
    proven: "Demostrado",
  },
  about: {
    received: "El servicio tiene lo que se envió y anotó cuándo.",
    logged: "Tiene un lugar propio en un libro que solo crece, y el libro se firmó con él dentro.",
    anchored: "El estado del libro consta en un bloque, donde quien gestiona el servicio no puede cambiarlo.",
    proven: "El bloque es definitivo. Desde ahora cualquiera puede verificar el registro, también sin este servicio.",
  },
  done: "hecho",
  toCome: "pendiente",
  inFile: (state, when, about) => `${state}${when === undefined ? "" : `, ${when}`}. ${about}`,
  what: "Qué se recibió",
  labels: {
    type: "Tipo",
    source: "Fuente",
    received: "Recibido",
    id: "Identificador del registro",
    leaf: "Número en el libro",
    leafHash: "Hash de la hoja",
    origin: "Libro",
    key: "Huella de la clave del libro (SHA-256)",
    checkpoint: "Punto de control",
    anchor: "Anclaje",
    contract: "Contrato",
    transaction: "Transacción",
    made: "Este justificante se emitió",
  },
  typeWithheld: "retenido",
  identity: "Con qué compararlo",
  checkpointOf: (size) => `${size} entradas, raíz`,
  notUnder: "El registro todavía no está incluido en él.",
  noAnchor: "todavía ninguno",
  anchorOf: (size, chain, block) =>
    `las primeras ${size} entradas, cadena ${chain}, ${block === undefined ? "todavía en ningún bloque" : `bloque ${block}`}`,
  check: "Compruébelo",
  checkLead:
    "El código QR lleva al verificador. Contiene el identificador del registro y el nombre del libro, y nada más. Guárdelo: no cambia, aunque el anclaje esté todavía pendiente.",
  code: "Código QR con la dirección del verificador para este registro",
  limits: "Qué no es esto",
  limit: [
    "Un justificante no demuestra nada por sí mismo: dice dónde está el registro. La prueba es el paquete que comprueba el verificador.",
    "No contiene nada de lo que dice el registro.",
  ],
};
