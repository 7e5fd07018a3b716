/** What `warifu report` and `warifu receipt` say, in Spanish. */
import type { ReportsTexts } from "./en.ts";

export const ES: ReportsTexts = {
  report: {
    summary: "comprueba un informe firmado, o lo anota en el libro",
    description:
      "Comprueba la firma de un informe de auditoría, o crea el registro que lo anota en el libro por su hash.",
    after: `
\`warifu audit --report FILE --sign KEY\` escribe el informe y su firma, que acaba en .sig; \`warifu source keygen\` crea
una clave. Un informe trata del libro; su firma trata del informe, y vale tanto como lo que se sabe de la clave.

Ejemplos:
  warifu report verify audit.pdf --key auditor.jwk.pub
  warifu report record audit.pdf --source auditors/court-of-audit | warifu submit -`,
  },
  file: "el informe; su firma está al lado, en ARCHIVO.sig",
  verify: {
    summary: "comprueba la firma de un informe",
    description: "Comprueba que un informe es el que se firmó, y con qué clave.",
    key: "la clave pública del auditor, un JWK; sin ella, la clave solo se nombra",
  },
  signed: (file, thumbprint, time) => `${file} se firmó con la clave ${thumbprint}, en ${time} según dice`,
  whoseKey: "no se comprobó de quién es esa clave: dé --key, o compare su nombre",
  record: {
    summary: "crea el registro que anota un informe en el libro",
    description: "Muestra un registro de tipo audit-report con el hash del informe, para `warifu submit`.",
    source: "la fuente del registro, como auditors/court-of-audit",
  },
  hashAlone: "el libro solo tendrá el hash: conserve el informe y su firma",

  receipt: {
    summary: "escribe el justificante de un registro, con un código QR que lleva al verificador",
    description:
      "Escribe lo que conserva quien presentó un registro: qué se recibió, cuándo, y dónde se puede verificar.",
    id: "el identificador del registro, como lo dio su acuse de recibo",
    format: "html o pdf (por omisión, según acabe ARCHIVO, o html)",
    output: "escribe ahí (por omisión, stdout)",
    publicUrl: "dónde alcanza la gente el servicio: ahí lleva el código QR (por omisión, --url)",
    json: "muestra un único documento JSON: el justificante como datos",
    after: `
Un justificante está abierto a quien conozca el identificador de un registro, y no muestra nada de lo que dice el
registro. También es una página del servicio, /receipts/ID.

Ejemplos:
  warifu receipt 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --output receipt.pdf
  warifu receipt 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --lang es --format html > justificante.html
  warifu receipt 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --public-url https://ledger.example -o receipt.pdf`,
  },
  receiptWritten: (file, id) => `${file}: justificante de ${id}`,
};
