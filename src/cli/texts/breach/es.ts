/** What `warifu privacy breach` says, in Spanish. */
import { counterIn, numberIn } from "../../../texts/plurals.ts";
import type { BreachTexts } from "./en.ts";

const count = counterIn("es");
const number = numberIn("es");

const CLOCKS = {
  authority: "notificar a la autoridad",
  "authority-first": "primer informe a la autoridad",
  "authority-full": "informe completo a la autoridad",
  people: "comunicar a las personas",
} as const;
const STATES = {
  noted: "anotada",
  amended: "se supo más",
  "authority-told": "autoridad notificada",
  "people-told": "personas informadas",
  "not-needed": "no hace falta comunicarla",
  closed: "cerrada",
} as const;
const STDIN = "o - para la entrada estándar";

export const ES: BreachTexts = {
  breach: {
    summary: "anota una violación de seguridad de datos personales, y la sigue según los plazos de la ley",
    description:
      "Anota una violación de seguridad de datos personales, y la sigue hasta el final según los plazos de la ley.",
  },
  id: "la violación de seguridad",
  record: "un registro al que afecta; se puede repetir",
  happened: "cuándo pasó, RFC 3339 en UTC",
  onPurpose: "alguien lo hizo a propósito",
  note: {
    summary: "anota una violación de seguridad",
    description: "Anota una violación de seguridad. Sus plazos corren desde que se supo.",
    factsFrom: `lo que se sabe, un archivo JSON como en examples/privacy, ${STDIN}`,
    known: "cuándo se supo, RFC 3339 en UTC (por omisión, ahora)",
  },
  amend: {
    summary: "añade lo que se supo después",
    description: "Añade lo que se supo después. Si hay más registros, hay que volver a informar a las personas.",
  },
  knownNow: `lo que se sabe ahora, un archivo JSON, ${STDIN}`,
  list: {
    summary: "enumera las violaciones de seguridad, por sus plazos",
    description: "Enumera las violaciones de seguridad; primero la que antes vence.",
    state: "cuáles",
    found: (breaches) =>
      count(breaches, {
        one: "# violación de seguridad",
        many: "# de violaciones de seguridad",
        other: "# violaciones de seguridad",
      }),
  },
  show: {
    summary: "muestra una violación de seguridad",
    description: "Muestra una violación de seguridad, sus plazos y sus pasos.",
  },
  close: {
    summary: "cierra una violación de seguridad",
    description: "Cierra una violación de seguridad, una vez que no corre ninguno de sus plazos.",
  },
  tell: {
    summary: "anota que se informó a la autoridad o a las personas",
    description: "Anota que se informó a la autoridad o a las personas.",
    at: "cuándo, RFC 3339 en UTC (por omisión, ahora)",
    lateReasonFrom: `un archivo que dice por qué llega tarde, ${STDIN}`,
    authority: {
      summary: "anota que se notificó a la autoridad",
      description: "Anota que se notificó a la autoridad: primero con lo que se sabe, después por completo.",
      report: "cuál",
    },
    people: {
      summary: "anota que se informó a personas",
      description: "Anota que se informó a personas. El libro dice cuántas, en un tramo, y no quiénes.",
      subject: "una de ellas, tal como las enumera `breach people`; se puede repetir",
      all: "todas las que enumera `breach people`",
      others: "cuántas más, de las que la bóveda no sabe",
      complete: "con estas, están informadas todas las que deben estarlo",
    },
  },
  notNeeded: {
    summary: "anota por qué no hace falta informar a la autoridad o a las personas",
    description:
      "Anota por qué no hace falta informar a la autoridad o a las personas, por un motivo que prevé la ley.",
    whom: "a quién",
    reason: "por qué",
    wordsFrom: `un archivo que dice por qué en palabras, ${STDIN}; solo lo guarda la bóveda`,
  },
  report: {
    summary: "obtiene una violación de seguridad tal como se presenta",
    description:
      "Obtiene todo lo que se sabe de una violación de seguridad, cuándo se informó a quién, y lo que falta para el informe definitivo.",
    output: "el archivo que se escribe; otros usuarios del equipo no pueden leerlo",
    written: (file) => `informe en ${file}`,
    lacks: (facts) => `un informe definitivo dice además: \`${facts}\``,
  },
  people: {
    summary: "enumera las personas cuyos registros nombra",
    description:
      "Enumera las personas cuyos registros nombra una violación de seguridad, por los seudónimos de la bóveda, y a quiénes de ellas se informó.",
    found: (people, recordsOfNobody) =>
      `${count(people, { one: "# persona", many: "# de personas", other: "# personas" })}, ` +
      `registros de nadie: ${number(recordsOfNobody)}`,
  },
  line: ({ id, state, since, records, jurisdiction }) =>
    `${id}  ${STATES[state]}, conocida desde ${since}, registros ${records}  (${jurisdiction})`,
  clock: (clock, due, { stopped, overdue }) => {
    const end = stopped ? `${STATES[stopped.state]}${stopped.late ? ", tarde" : ""}` : overdue ? "vencido" : "corre";
    return `  ${CLOCKS[clock]} hasta ${due}: ${end}`;
  },
  step: (time, state, leaf) => `  ${time}  ${STATES[state]}, hoja ${leaf}`,
  needNot: (whom, reasons) =>
    `  no hace falta informar a ${whom === "authority" ? "la autoridad" : "las personas"} con --reason \`${reasons}\``,
};
