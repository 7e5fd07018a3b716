/** What the verbs about requests of people say, in Spanish. */
import { counterIn } from "../../../texts/plurals.ts";
import type { RequestTexts } from "./en.ts";

const count = counterIn("es");

const OPERATIONS = {
  access: "acceso",
  rectify: "rectificación",
  erase: "supresión",
  restrict: "limitación",
  object: "oposición",
  "cease-provision": "cese de la cesión",
  export: "portabilidad",
  complaint: "reclamación",
} as const;
const STATES = {
  received: "recibida",
  "identity-checked": "identidad comprobada",
  extended: "plazo prorrogado",
  done: "atendida",
  refused: "denegada",
} as const;

export const ES: RequestTexts = {
  list: {
    summary: "enumera lo que piden las personas, por su vencimiento",
    description: "Enumera lo que piden las personas; primero lo que antes vence.",
    state: "cuáles",
    found: (requests) => count(requests, { one: "# solicitud", many: "# de solicitudes", other: "# solicitudes" }),
  },
  request: {
    summary: "recibe lo que pide una persona, y lo sigue hasta el final",
    description: "Recibe lo que pide una persona, y lo sigue hasta el final según los plazos de la ley.",
  },
  open: {
    summary: "recibe una solicitud",
    description: "Recibe una solicitud. Su plazo corre desde que llegó.",
    operation: (operations) => `qué se pide: ${operations}`,
    record: "un registro del que trata; se puede repetir",
    subject: "de quién es, tal como `warifu privacy find` nombra a la persona",
    received: "cuándo llegó, RFC 3339 (por omisión, ahora)",
    textFrom: "un archivo con lo que dice la persona, o - para la entrada estándar; solo lo guarda la bóveda",
  },
  id: "la solicitud",
  show: {
    summary: "muestra una solicitud, y lo que exige cada paso",
    description: "Muestra una solicitud, sus pasos, y lo que exigen los siguientes.",
  },
  steps: {
    identity: {
      summary: "anota que consta quién la envió",
      description: "Anota que consta quién envió una solicitud: algunas leyes lo exigen.",
    },
    extend: {
      summary: "prorroga su plazo, una vez",
      description: "Prorroga una vez el plazo de una solicitud, por un motivo que se comunica a la persona.",
    },
    done: {
      summary: "anota que está atendida",
      description: "Termina una solicitud que se atendió, una vez dicho a la persona lo que exige la ley.",
    },
    refuse: {
      summary: "la deniega",
      description: "Termina una solicitud que se deniega, con el motivo y los preceptos que lo permiten.",
    },
  },
  told: "lo que se dijo a la persona, tal como lo enumera `request show`, separado por comas",
  reasonFrom: "un archivo con el motivo, o - para la entrada estándar; solo lo guarda la bóveda",
  provision: "los preceptos que lo permiten, como gdpr-17-3, separados por comas",
  copy: {
    id: "una solicitud de acceso o de portabilidad",
    summary: "obtiene la copia de sus datos que pidió una persona",
    description: "Obtiene la copia de sus datos que pidió una persona, como JSON portable.",
    written: (records, file) =>
      `${count(records, { one: "# registro", many: "# de registros", other: "# registros" })} en ${file}`,
  },
  line: ({ id, operation, state, due, overdue, jurisdiction }) =>
    `${id}  ${OPERATIONS[operation]}, ${STATES[state]}, ${overdue ? "vencida desde" : "vence"} ${due}  (${jurisdiction})`,
  step: (time, state, leaf) => `  ${time}  ${STATES[state]}, hoja ${leaf}`,
  takes: (step, told) => `  \`${step}\` exige --told ${told || "ninguno"}`,
};
