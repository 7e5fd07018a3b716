/** What `warifu erase` and `warifu withhold` say, in Spanish. */
import { counterIn } from "../../../texts/plurals.ts";
import type { ErasingTexts } from "./en.ts";

const count = counterIn("es");

const GOES =
  "lo que oculta, los bytes y las imágenes con que llegó, lo que se hizo con ellos, y sus claves de idempotencia";

export const ES: ErasingTexts = {
  ids: "identificadores de registros",
  yes: "no pregunta",
  erase: {
    summary: "suprime lo que los registros ocultan",
    description:
      "Suprime para siempre lo que los registros ocultan y con lo que llegaron. Quedan sus hojas y toda prueba.",
    basis: "el precepto legal por el que se suprimen",
    request: "la solicitud a la que responde; el libro la indica si es un solo registro",
    after: `
La base es el identificador de un precepto legal, como gdpr-17-1-a o appi-35-3. El libro dice que se suprimió un
registro, cuándo y con qué base. Las copias antiguas de la bóveda lo conservan hasta que se cambia la clave de la bóveda.

Ejemplos:
  warifu erase 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --basis gdpr-17-1-a
  warifu erase 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --basis appi-35-3 --yes --json`,
    question: (records) =>
      count(records, {
        one: "¿Suprimir # registro para siempre?",
        many: "¿Suprimir # de registros para siempre?",
        other: "¿Suprimir # registros para siempre?",
      }),
    goes: GOES,
    stays:
      "su hoja, sus datos públicos y los resúmenes de lo que oculta, de modo que todo lo demás se sigue verificando",
    done: (id, leaf) => `${id}  suprimido: hoja ${leaf}`,
    doneBefore: (id, leaf) => `${id}  ya estaba suprimido: hoja ${leaf}`,
  },
  withhold: {
    summary: "retira el contenido público de registros",
    description: "Saca para siempre del almacén del libro el contenido público de registros, y suprime los registros.",
    reason: "por qué",
    basis: "el precepto legal por el que se retiran",
    after: `
Para un registro cuyos datos públicos nunca debieron serlo. Otros pueden tener copias de lo que fue público.

Ejemplo:
  warifu withhold 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --reason personal-data`,
    question: (records) =>
      count(records, {
        one: "¿Retirar # registro para siempre?",
        many: "¿Retirar # de registros para siempre?",
        other: "¿Retirar # registros para siempre?",
      }),
    goes: `todo lo que dice, y ${GOES}`,
    stays: "su hoja, para poder probar que está en el libro, y todo lo demás se sigue verificando",
    done: (id, leaf) => `${id}  retirado: hoja ${leaf}`,
    doneBefore: (id, leaf) => `${id}  ya estaba retirado: hoja ${leaf}`,
  },
  goes: (what) => `desaparece: ${what}`,
  stays: (what) => `queda: ${what}`,
  refused: (id, why) => `${id}  rechazado; detalle (en inglés): ${why}`,
  notGone: "otro proceso lee un archivo que aún contiene una parte: el servicio lo sigue intentando",
};
