/** What `warifu disclose` says, in Spanish. */
import { counterIn } from "../../../texts/plurals.ts";
import type { DiscloseTexts } from "./en.ts";

const count = counterIn("es");
const recordsOf = (records: number): string =>
  count(records, { one: "# registro", many: "# de registros", other: "# registros" });

export const ES: DiscloseTexts = {
  disclose: {
    summary: "comunica a alguien datos que los registros ocultan",
    description: "Permite a alguien ver ciertos datos de registros, para un fin y durante un tiempo.",
    ids: "identificadores de registros",
    claims: "datos ocultos, separados por comas; originals: también los bytes de las imágenes",
    to: "a quién",
    purpose: "para qué, en palabras",
    purposeCode: "para qué, tal como lo puede ver cualquiera",
    until: "cuándo termina, a una hora en punto: 12h, 30d, 8w desde ahora, o con un día como 2027-01-31",
    after: `
El libro dice que se comunicaron datos de un registro, cuántos, hasta cuándo y el código del fin, y cada vez que se
entregó algo. A quién, qué datos y las palabras del fin están solo en la bóveda. El token se muestra una vez: déselo al
destinatario.

Ejemplos:
  warifu disclose 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --claims text,pictures --to "Obras" \\
    --purpose "tapar el bache" --purpose-code repair --until 30d
  warifu disclose 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --claims text --to "Auditor" --purpose "expediente 4711" \\
    --until 2027-01-31 --sd-jwt -o report.sd-jwt
  warifu disclose fetch --token-file token -o report.json
  warifu disclose list
  warifu disclose withdraw 7`,
  },
  output: "escribe ahí los paquetes con las aperturas comunicadas; si son varios registros, uno por línea",
  sdJwt: "escribe SD-JWT (RFC 9901) en vez de paquetes",
  fetch: {
    summary: "obtiene lo que se le comunicó a usted",
    description: "Obtiene lo que contiene una comunicación de datos, con su token.",
    tokenFile: "un archivo que contiene el token",
  },
  list: {
    summary: "enumera lo comunicado",
    description: "Enumera las comunicaciones de datos, una por registro, con lo que se entregó.",
  },
  none: "nunca se ha comunicado nada",
  withdraw: {
    number: "número de la comunicación",
    summary: "retira una comunicación de datos",
    description: "Retira una comunicación de datos: su token se rechaza desde entonces.",
  },
  wasOver: (disclosure) => `la comunicación ${disclosure} ya había terminado`,
  withdrawn: (disclosure, records) => `la comunicación ${disclosure} queda retirada: ${recordsOf(records)}`,
  granted: (disclosure, claims, records, end) =>
    `comunicación ${disclosure}: ${claims} de ${recordsOf(records)}, hasta ${end}`,
  token: (token) => `token      ${token}`,
  keepToken: "el token solo se muestra ahora: déselo al destinatario y a nadie más",
  written: (file, files, isSdJwt) =>
    isSdJwt
      ? `${file}: ${count(files, { one: "# SD-JWT", many: "# de SD-JWT", other: "# SD-JWT" })}`
      : `${file}: ${count(files, { one: "# paquete de prueba", many: "# de paquetes de prueba", other: "# paquetes de prueba" })}`,
  recordLine: (id, leaf, what) => `${id}  hoja ${leaf}  ${what}`,
  erased: "suprimido entretanto: nada de él se puede abrir",
  grantLine: ({ disclosure, record, claims, recipient, purpose, end, accesses }) =>
    `${disclosure}  ${record}  ${claims}  a ${recipient} (${purpose})  ${end}, ` +
    count(accesses, { one: "visto # vez", many: "visto # de veces", other: "visto # veces" }),
  until: (time) => `hasta ${time}`,
  states: { expired: "vencida", withdrawn: "retirada", "in-force": "vigente", erased: "suprimida" },
  values: {
    disclosure: "Debe ser el número de una comunicación de datos.",
    names: "Deben ser nombres separados por comas.",
  },
};
