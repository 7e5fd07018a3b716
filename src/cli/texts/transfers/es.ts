/** What the verbs about other controllers say, in Spanish. */
import { counterIn } from "../../../texts/plurals.ts";
import type { TransferTexts } from "./en.ts";

const count = counterIn("es");

const KINDS = {
  "business-operator": "empresa",
  "public-body": "organismo público",
  academia: "universidad o instituto",
} as const;
const LACKS: Readonly<Record<string, string>> = {
  contract: "un contrato o acuerdo",
  information: "lo que se dijo a las personas sobre ese país",
  consent: "el consentimiento de la persona",
  "consent-for-country": "el consentimiento de la persona para ese país",
  "not-yet-valid": "vigencia, que aún no ha empezado",
  "no-longer-valid": "vigencia, que ya ha terminado",
};

export const ES: TransferTexts = {
  recipient: {
    summary: "lleva la lista de otros responsables",
    description:
      "Lleva la lista de los responsables a los que van registros y de los que vienen. El libro no los nombra.",
  },
  add: {
    name: "su nombre; se sustituye lo que se sabía del que tenga ese nombre",
    summary: "añade un destinatario, o sustituye lo que se sabía de él",
    description: "Añade un destinatario, y dice con qué bases legales se le pueden ceder registros.",
    country: "dónde está: dos letras de ISO 3166-1",
    kind: "qué es",
    jurisdiction: "a qué ley está sujeto, como jp-public-body",
    log: "la clave de verificación de su libro, si tiene uno",
    contract: "un contrato o acuerdo, y dónde está archivado",
    information: "lo que se dijo a las personas sobre su país",
  },
  list: {
    summary: "enumera los destinatarios",
    description: "Enumera los destinatarios, y con qué bases legales se puede ceder registros a cada uno.",
    none: "no hay ningún destinatario",
  },
  remove: {
    number: "su número",
    summary: "quita un destinatario",
    description: "Quita un destinatario de la lista. No se le cede nada más.",
    done: (number) => `el destinatario ${number} ya no está en la lista`,
  },
  line: (number, name, kind, country) => `${number}  ${name}  ${KINDS[kind]}  ${country}`,
  way: (id, title, lacks) =>
    `   ${id}  ${title}: ${lacks.length === 0 ? "vale" : `falta ${lacks.map((one) => LACKS[one] ?? one).join("; ")}`}`,
  provide: {
    ids: "identificadores de registros",
    summary: "cede registros a otro responsable",
    description: "Escribe un archivo con registros para otro responsable, si vale una base legal para él.",
    recipient: "su nombre en la lista",
    claims: "datos ocultos que se abren, separados por comas",
    purpose: "para qué, tal como figura en las notas informativas",
    basis: "la base (por omisión, la primera que vale)",
    output: "el archivo que se escribe",
    written: (file, records, bases) =>
      `${file}: ${count(records, { one: "# registro", many: "# de registros", other: "# registros" })} con ${bases}`,
  },
  receive: {
    file: "el archivo del remitente",
    summary: "recibe registros de otro responsable",
    description:
      "Recibe los registros de un archivo cuyos paquetes se sostienen bajo una política. Conservan la ley con la que llegaron.",
    policy: "la política del libro del remitente",
    from: "el nombre del remitente en la lista",
    how: "cómo llegó",
    asFile: "como archivo",
    refused: (why) => `no recibido; detalle (en inglés): ${why}`,
    taken: (id, leaf, origin) => `${id}  hoja ${leaf}  bajo la ley de ${origin}`,
  },
  provisions: {
    id: "identificador de un registro",
    summary: "enumera a quién se cedió un registro",
    description:
      "Enumera a quién se cedió un registro: a quién se avisa cuando se rectifica, se suprime o se deja de ceder.",
    one: (time, to, country, what) => `${time}  a ${to} (${country})  ${what}`,
    none: "no se cedió a nadie",
  },
  values: {
    paper: "Debe ser base=referencia, o base=referencia@2027-03-31 con su último día.",
    recipient: "Debe ser el número de un destinatario.",
  },
};
