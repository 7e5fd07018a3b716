/** What `warifu privacy` and its verbs for a person's records say, in Spanish. */
import { counterIn, numberIn } from "../../../texts/plurals.ts";
import type { PrivacyTexts } from "./en.ts";

const count = counterIn("es");
const number = numberIn("es");

const recordsOf = (records: number): string =>
  count(records, { one: "# registro", many: "# de registros", other: "# registros" });
const EVENTS = {
  requests: "solicitudes",
  "provision-records": "constancias de cesiones",
  breaches: "violaciones de seguridad",
} as const;

export const ES: PrivacyTexts = {
  privacy: {
    summary: "actúa en favor de las personas de las que tratan los registros",
    description: "Lo que hace un responsable en favor de las personas de las que tratan los registros.",
    after: `
Ejemplos:
  warifu privacy find --claim reporterEmail
  warifu privacy find --claim reporterEmail --value-from - < address.txt
  warifu privacy notice add notice-es.json
  warifu privacy consent give research --lang es --country JP
  warifu privacy request open access --subject sub_…
  warifu privacy requests --state soon
  warifu privacy breach note --facts-from facts.json
  warifu privacy retention --dry-run`,
  },
  find: {
    summary: "busca todos los registros de una persona",
    description:
      "Busca todos los registros de la persona que un valor identifica, como una dirección de correo, se escriba como se escriba.",
    claim: "el dato que contiene el valor, como reporterEmail",
    valueFrom: "un archivo que contiene el valor, o - para la entrada estándar (por omisión, se pregunta)",
    record: (id, leaf, source, subjects) => `${id}  hoja ${leaf}  ${source}  ${subjects}`,
    found: (records, people) =>
      `${recordsOf(records)} de ${count(people, { one: "# persona", many: "# de personas", other: "# personas" })}`,
  },
  retention: {
    summary: "suprime los registros cuyo plazo ha terminado",
    description:
      "Suprime los registros sobre personas más antiguos que retentionDays de su perfil, como hace el servicio cada hora. Los " +
      "registros cuyo uso está limitado se conservan. Lo que las solicitudes dicen de personas, y a quién se cedieron registros, " +
      "desaparece en los plazos de la ley.",
    dryRun: "solo los cuenta",
    records: (type, days, records, isDry) =>
      `${type}  se conserva ${count(days, { one: "# día", many: "# de días", other: "# días" })}: ${recordsOf(records)} ` +
      (isDry ? "por suprimir" : count(records, { one: "suprimido", many: "suprimidos", other: "suprimidos" })),
    events: (what, events, isDry) =>
      `${EVENTS[what]}  lo que ocultan ${count(events, { one: "# suceso", many: "# de sucesos", other: "# sucesos" })} ` +
      `del libro: ${isDry ? "por suprimir" : "suprimido"}`,
    restricted: (records) =>
      count(records, {
        one: "se conserva # registro, porque su uso está limitado",
        many: "se conservan # de registros, porque su uso está limitado",
        other: "se conservan # registros, porque su uso está limitado",
      }),
    more: "hay más: repita la orden, o déjelo para el servicio",
  },
  deidentify: {
    type: "el tipo de registro",
    summary: "hace una tabla en la que no se distingue a nadie",
    description:
      "Cuenta los registros de un tipo que llegaron en ciertos días, por datos que su perfil deja salir y hace menos precisos. Se " +
      "omiten las celdas de pocas personas. Hay una sola tabla por tipo y día.",
    from: "el primer día en que llegaron los registros, en UTC, como 2026-11-01",
    to: "el último",
    k: "personas en cada celda, al menos 5 (por omisión: 10)",
    l: "valores de cada dato oculto allí donde los públicos coinciden (por omisión: 2)",
    claims: "algunos de los datos, separados por comas (por omisión, todos los que deja salir el perfil)",
    csv: "escribe CSV, sin las reglas",
    wholeNumber: "Debe ser un número entero.",
    written: (file, records, cells, leftOut) =>
      `${file}: ${recordsOf(records)} en ${count(cells, { one: "# celda", many: "# de celdas", other: "# celdas" })}, ` +
      `como mucho ${number(leftOut)} sin incluir`,
    dropped: (claims) => `descartado: ${claims}`,
  },
  register: {
    summary: "comprueba y muestra el registro de actividades de tratamiento",
    check: "dice si el registro de actividades está completo y concuerda con los perfiles",
    export: "muestra el registro de actividades como CSV, o como JSON con --json",
    folder: "el registro de actividades, una carpeta de archivos JSON",
    profiles: "las carpetas de los perfiles vigentes",
    agrees: (activities) =>
      count(activities, {
        one: "# actividad de tratamiento, tal como dicen los perfiles",
        many: "# de actividades de tratamiento, tal como dicen los perfiles",
        other: "# actividades de tratamiento, tal como dicen los perfiles",
      }),
  },
  output: "el archivo que se escribe",
  privateOutput: "el archivo que se escribe; otros usuarios del equipo no pueden leerlo",
};
