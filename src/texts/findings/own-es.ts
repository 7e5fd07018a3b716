/** What is said of what an audit of a data folder found, or of what somebody kept, and of errors, in Spanish. */
import { ERRORS_ES } from "../errors/es.ts";
import { counterIn, exactNumberIn } from "../plurals.ts";
import type { OwnFindingTexts } from "./forms.ts";

const n = exactNumberIn("es");
const count = counterIn("es");

export const OWN_FINDINGS_ES: OwnFindingTexts = {
  error: ({ code }) => ERRORS_ES[code],
  "origin-differs": ({ origin, expected }) => `el libro es de «${origin}», no de «${expected}»`,
  "record-id-wrong": () => "el identificador del registro no corresponde a su hoja: se cambió uno de los dos",
  "entries-missing": () =>
    "la clave del libro firmó estas entradas y el almacén no las tiene: se borraron o se repuso una copia antigua",
  "entries-uncovered": () => "ningún punto de control cubre estas entradas",
  "head-beyond-store": ({ treeSize, size }) =>
    `cubre ${n(treeSize)} entradas, el almacén tiene ${n(size)}: se repuso una copia antigua`,
  "head-root-differs": ({ treeSize }) => `su raíz no es la que este libro tiene con ${n(treeSize)} entradas`,
  "anchor-unknown": ({ transactionHash }) =>
    `el almacén no conoce su transacción ${transactionHash}: se quitó la fila, u otro tiene la clave de anclaje`,
  "final-anchor-not-on-chain": () => "se llama definitivo, pero la cadena no lo tiene",
  acknowledged: ({ leafIndex }) => `la hoja ${n(leafIndex)} está en el libro tal como se acusó`,
  "acknowledged-beyond": ({ leafIndex, treeSize, size }) =>
    `la clave del libro firmó ${n(treeSize)} entradas al acusar la hoja ${n(leafIndex)}; el libro muestra ${n(size)}`,
  "acknowledged-root-differs": ({ leafIndex, treeSize }) =>
    `el punto de control firmado de ${n(treeSize)} entradas que vino con la hoja ${n(leafIndex)} tiene otra raíz que el libro`,
  "acknowledged-leaf-differs": ({ leafIndex }) => `el libro tiene otra hoja ${n(leafIndex)} que la que se acusó`,
  "acknowledged-leaf-unread": ({ leafIndex }) => `no se pudo leer la hoja ${n(leafIndex)}`,
  "acknowledgement-unchecked": ({ item, because }, say) => `no se comprobó el acuse ${item}: ${say(because)}`,
  "no-head-guard": () => "no hay guardia de la cabeza: sin cadena no se notaría una copia antigua",
  "evidence-only": () => "los anclajes solo se comprobaron con las pruebas guardadas",
  "vault-closed": () => "no se abrió la bóveda: no se comprobaron las aperturas",
  "openings-early": ({ count: records }) =>
    count(records, {
      one: "la bóveda guarda aperturas de # registro que el libro (aún) no tiene",
      many: "la bóveda guarda aperturas de # de registros que el libro (aún) no tiene",
      other: "la bóveda guarda aperturas de # registros que el libro (aún) no tiene",
    }),
};
