/** What the verbs about notices, consent, restrictions and rectification say, in Spanish. */
import type { RightsTexts } from "./en.ts";

const STATES = {
  restricted: "uso limitado",
  objected: "oposición atendida",
  "provision-ceased": "cesión interrumpida",
} as const;
const BASIS = "el precepto legal, como";

export const ES: RightsTexts = {
  notice: {
    summary: "pone en vigor lo que se dice a las personas del uso de sus datos, o lo muestra",
    description: "Lo que se dice a las personas del uso de sus datos, en cada idioma.",
    add: {
      file: "la nota informativa, un archivo JSON como en examples/privacy",
      summary: "pone en vigor una nota informativa",
      description: "Pone en vigor una nota informativa, en lugar de la que hay en su idioma. Es pública para siempre.",
    },
    added: (leaf) => `en vigor: anotada en la hoja ${leaf}`,
    show: { summary: "muestra la nota informativa vigente", description: "Muestra la nota informativa vigente." },
    lang: "como es",
    shown: (language, version, since) => `${language}, versión ${version}, desde ${since}`,
    purpose: (code, text, needsConsent) => `${code}: ${text}${needsConsent ? " (con consentimiento)" : ""}`,
  },
  consent: {
    summary: "anota un consentimiento y su retirada, y obtiene el justificante",
    description: "Anota un consentimiento y su retirada, de la misma manera, y obtiene el justificante.",
    purpose: "un código de la nota informativa vigente",
    given: {
      summary: "anota que se dio el consentimiento",
      description: "Anota que se dio el consentimiento.",
    },
    withdrawn: {
      summary: "anota que se retiró el consentimiento",
      description: "Anota que se retiró el consentimiento.",
    },
    lang: "idioma de la nota informativa que se mostró",
    country: "país de los destinatarios, como JP; si falta, el fin en su conjunto",
    subject: "de quién es; si falta, alguien nuevo",
    noted: (subject, purpose, state, leaf) =>
      `${subject}: ${purpose}, consentimiento ${state === "given" ? "dado" : "retirado"}, anotado en la hoja ${leaf}`,
    getReceipt: (id) => `el justificante: npx warifu privacy consent receipt ${id} -o receipt.json`,
    receipt: {
      id: "el suceso, tal como se anotó",
      summary: "obtiene el justificante de un consentimiento",
      description: "Obtiene el justificante de un consentimiento, en la forma de ISO/IEC TS 27560.",
      output: "el archivo que se escribe",
    },
    receiptIn: (file) => `justificante en ${file}`,
  },
  restrict: {
    ids: "registros",
    summary: "limita el uso de registros, o interrumpe su cesión a terceros",
    description: "Limita el uso de registros, atiende una oposición, o interrumpe su cesión a terceros.",
    state: "qué se detiene",
    basis: `${BASIS} gdpr-18`,
    purpose: "solo para estos fines, separados por comas (por omisión, para todos)",
    subject: "de quién son los registros",
    done: (state, leaf) => `${STATES[state]}: anotado en la hoja ${leaf}`,
    stillShown: (purposes) => `  sin efecto en lo comunicado para estos fines: ${purposes}`,
    lifting: (id) => `qué hace falta para levantarla: npx warifu privacy restrictions ${id}`,
  },
  restrictions: {
    id: "un registro",
    summary: "enumera lo que impide usar un registro",
    description: "Enumera lo que impide usar un registro, y lo que hace falta para levantarlo.",
    one: (time, state, purposes, basis) =>
      `${time}  ${STATES[state]} para ${purposes === "*" ? "todos los fines" : purposes}  (${basis})`,
    lift: (id, options) => `  para levantarlo: npx warifu privacy lift ${id} ${options}`,
    none: "nada impide su uso",
  },
  rectify: {
    wrong: "el registro erróneo",
    right: "el nuevo",
    summary: "dice qué registro ocupa el lugar de uno erróneo",
    description: "Dice qué registro ocupa el lugar de uno erróneo, y a quién se mostró o cedió el erróneo.",
    basis: `${BASIS} gdpr-16`,
    done: (leaf) => `rectificado: anotado en la hoja ${leaf}`,
    tell: (leaf) => `  avise al destinatario de la hoja ${leaf}`,
  },
  lift: {
    id: "identificador del suceso de la limitación, que muestra `restrictions`; no el de un registro",
    summary: "levanta una limitación",
    description:
      "Levanta una limitación. En la UE se avisa a la persona antes de volver a usar los registros limitados.",
    told: "lo que se dijo antes a la persona, tal como lo enumera `restrictions`",
    done: (leaf) => `levantada: anotado en la hoja ${leaf}`,
  },
  request: "la solicitud a la que responde",
};
