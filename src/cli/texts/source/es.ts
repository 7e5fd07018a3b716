/** What `warifu source` says, in Spanish. */
import { counterIn, numberIn } from "../../../texts/plurals.ts";
import type { SourceTexts } from "./en.ts";

const count = counterIn("es");
const number = numberIn("es");
const recordsOf = (records: number): string =>
  count(records, { one: "# registro", many: "# de registros", other: "# registros" });

export const ES: SourceTexts = {
  source: {
    summary: "inscribe fuentes y sus claves de firma",
    description: "Inscribe fuentes y sus claves de firma, da fin a claves y corrige la numeración de una fuente.",
    after: `
Una fuente con clave de firma debe firmar lo que envía. Cada cambio es un suceso del libro y vale para lo que entra
después: lo firmado con una clave antes de su revocación sigue siendo válido. Enumerar y mostrar no exige ninguna clave.

Ejemplos:
  warifu source keygen device.jwk
  warifu source add santander/env-419 --signing-key device.jwk.pub
  warifu source add app/7f3c --signing-key phone.pub --personal
  warifu source rotate santander/env-419 --signing-key new.jwk.pub
  warifu source revoke santander/env-419 --reason compromised
  warifu source repair santander/env-419 --from 1001`,
  },
  name: "la fuente",
  keygen: {
    file: "el archivo para la clave privada; la pública va a ARCHIVO.pub",
    summary: "crea una clave de firma para un dispositivo",
    description: "Crea una clave de firma como JWK. La clave privada va al dispositivo y a ningún otro sitio.",
    curve: "clase de clave",
  },
  made: (file) => `inscriba ${file}.pub; guarde ${file} en el dispositivo`,
  list: {
    summary: "enumera todas las fuentes",
    description:
      "Enumera las fuentes: las que han enviado algo y después las inscritas que aún no. No exige ninguna clave; con una, " +
      "enumera las fuentes de esa clave.",
    key: "una clave de API, para ver solo sus fuentes; otros usuarios del equipo pueden verla: use mejor --key-file",
  },
  show: {
    summary: "muestra una fuente, sus claves y los números que le faltan",
    description: "Muestra una fuente, sus claves y los números que le faltan. No exige ninguna clave.",
  },
  add: {
    name: "la fuente; nunca el nombre de una persona",
    summary: "inscribe una fuente",
    description: "Inscribe una fuente. Con una clave, desde entonces debe firmar con ella lo que envía.",
    signingKey: "su clave pública: un JWK, PEM, o 32 bytes de Ed25519 en base64",
    done: (name) => `${name} queda inscrita`,
  },
  personal: "el dispositivo es de una persona: el libro guarda de su clave solo un resumen con sal",
  rotate: {
    summary: "da otra clave de firma a una fuente",
    description: "Da otra clave de firma a una fuente, en lugar de las anteriores.",
    signingKey: "su nueva clave pública: un JWK, PEM, o 32 bytes de Ed25519 en base64",
    keepOld: "las claves anteriores siguen valiendo hasta que se revoquen",
    done: (name) => `${name} tiene la clave nueva`,
  },
  revoke: {
    summary: "revoca claves de firma de una fuente",
    description: "Revoca las claves de firma de una fuente. Lo que llegue después firmado con ellas se rechaza.",
    which: "solo una clave: la hoja que la añadió, véase `warifu source show`",
    reason: "por qué",
    done: (name) => `${name} ha perdido la clave`,
  },
  suspend: {
    summary: "no acepta por ahora nada de una fuente",
    description: "No acepta nada de una fuente hasta que se reanude.",
    done: (name) => `${name} queda suspendida`,
  },
  resume: {
    summary: "acepta de nuevo registros de una fuente suspendida",
    description: "Acepta de nuevo registros de una fuente suspendida.",
    done: (name) => `${name} se reanuda`,
  },
  repair: {
    summary: "hace que su numeración siga desde un número",
    description:
      "Si una fuente envió por error un número demasiado alto, se rechazan sus registros posteriores. La reparación dice " +
      "desde qué número sigue; lo ya numerado se queda como está.",
    from: "el primer número a partir de ahora; uno que la fuente no haya usado",
    done: (name, from) => `${name} sigue desde ${from}`,
  },
  entered: (done, leaf) => `${done}: anotado en la hoja ${leaf}`,

  line: (name, records, missing, conflicts, state) =>
    `${name}  ${recordsOf(records)}, ${count(missing, { one: "falta #", many: "faltan #", other: "faltan #" })}` +
    `${conflicts > 0 ? `, ${count(conflicts, { one: "# contradictorio", many: "# contradictorios", other: "# contradictorios" })}` : ""}  (${state})`,
  unsigned: "sin firma",
  keysCount: (counting, all) =>
    count(counting, {
      one: `vale # de ${all} claves`,
      many: `valen # de ${all} claves`,
      other: `valen # de ${all} claves`,
    }),
  suspended: "suspendida",
  notRegistered: "no inscrita",
  keyOf: (leaf, what, until) => `clave de la hoja ${leaf}: ${what}, ${until}`,
  personsKey: "la clave de una persona",
  counts: "vale",
  endedAt: (leaf, why) => `hasta la hoja ${leaf} (${why})`,
  conflicts: (records, leaves) =>
    `${count(records, { one: "# registro firmado", many: "# de registros firmados", other: "# registros firmados" })} con el número de otro; véase la hoja ${leaves}`,
  missing: (ranges) => `números que faltan: ${ranges}`,
  reputation: ({ score, from, to, complete, punctual, signed, trusted }) =>
    `reputación ${score} de 100 por los números ${number(from)} a ${number(to)}: ` +
    `completa ${complete}, puntual ${punctual}, firmada ${signed}` +
    (trusted === undefined ? "" : `, de confianza para ${trusted} de sus auditores`),
  unknown: "se desconoce",
};
