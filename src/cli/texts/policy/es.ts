/** What `warifu policy` says, in Spanish. */
import { counterIn, numberIn } from "../../../texts/plurals.ts";
import type { PolicyTexts } from "./en.ts";

const count = counterIn("es");
const number = numberIn("es");

export const ES: PolicyTexts = {
  policy: {
    summary: "lleva el libro y los testigos de una política a otros programas, y al revés",
    description: "Escribe y lee el libro, los testigos y el quórum de una política como tlog-policy de C2SP.",
    after: `
Los programas para libros transparentes que no conocen este leen una tlog-policy (https://c2sp.org/tlog-policy). No
contiene ni cadena ni fuentes; por eso, lo que se lee va a una política suya que sí las tiene.

Código de salida 0: está escrito; 2: el archivo no lo es, su quórum no es un número de testigos o es para otros libros.

Ejemplos:
  warifu policy export --policy policy.json -o ledger.policy
  warifu policy import witnesses.policy --policy policy.json -o stricter.json
  warifu policy add-tsa tsa-root.pem --required --policy policy.json -o dated.json
  warifu policy add-bitcoin 925000:0020… --policy policy.json -o dated.json`,
  },
  export: {
    summary: "escribe el libro, los testigos y el quórum de una política como tlog-policy de C2SP",
    description: "Escribe el libro, los testigos y el quórum de una política como tlog-policy de C2SP.",
  },
  import: {
    summary: "lleva los testigos y el quórum de una tlog-policy de C2SP a una política",
    description:
      "Lleva los testigos y el quórum de una tlog-policy de C2SP a una política suya; lo demás queda como está en ella.",
    file: "la tlog-policy",
    policy: "la política que los recibe; ella misma no cambia",
  },
  addTsa: {
    certificates: "certificados de autoridades de sellado de tiempo, o de quien emite los suyos; PEM",
    summary: "hace comprobar los sellos de tiempo con estos certificados",
    description:
      "Añade a una política certificados de autoridades de sellado de tiempo: con ellos se comprueban los sellos de los puntos de control.",
    required: "no se decide sobre un paquete sin un sello de una de ellas",
  },
  addBitcoin: {
    blocks: "cada uno, la altura de un bloque de Bitcoin, dos puntos y su cabecera en hexadecimal",
    summary: "hace comprobar las pruebas de OpenTimestamps con estos bloques de Bitcoin",
    description:
      "Añade a una política bloques de Bitcoin en los que usted confía: con sus cabeceras se comprueban las pruebas de OpenTimestamps.",
    required: "no se decide sobre un paquete sin un sello de tiempo que la política pueda comprobar",
  },
  added: (name, until) => `${name}, válido hasta el ${until}`,
  addedBlock: (height, time) => `bloque ${number(height)} de Bitcoin, ${time}`,
  dataDir: "la carpeta de datos de un servicio, con su política",
  output: "escribe ahí (por omisión: stdout)",
  written: (path, log, quorum, witnesses) =>
    `${path}: ${log}, ${number(quorum)} de ${count(witnesses, { one: "# testigo", many: "# de testigos", other: "# testigos" })}`,
  leftOut: (left) =>
    `${count(left, { one: "se dejó fuera # testigo", many: "se dejaron fuera # de testigos", other: "se dejaron fuera # testigos" })}: el quórum no los nombra, así que no cuentan`,
};
