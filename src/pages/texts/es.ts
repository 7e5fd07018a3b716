/** What all pages share, in Spanish. */
import type { SharedTexts } from "./shared.ts";

export const ES: SharedTexts = {
  skipToContent: "Ir al contenido",
  language: "Idioma",
  outcome: { holds: "Se sostiene", refuted: "Refutado", undecided: "Sin decidir", unchecked: "Sin comprobar" },
  close: "Cerrar",
  copy: "Copiar",
  copied: "Copiado",
  notBefore: "No antes de",
  notAfter: "No después de",
  time: "Momento",
  value: "Valor",
  figures: "Las cifras en una tabla",
  inUtc: (time) => `${time} (UTC)`,
  about: "Warifu, un libro de registros a prueba de manipulaciones para los datos de la ciudad",
};
