/** What frames every verb, in Spanish. */
import type { FrameTexts } from "./en.ts";

export const ES: FrameTexts = {
  program:
    "Un libro de registros a prueba de manipulaciones para los datos de la ciudad: presente registros, obtenga sus pruebas y verifíquelas.",
  version: "muestra la versión",
  help: "muestra esta ayuda",
  helpVerb: "muestra la ayuda de una orden",
  lang: "el idioma: en, es o ja (por omisión, el de LC_ALL, LC_MESSAGES o LANG)",
  after: `
Códigos de salida:
  0  se sostiene, o está hecho
  1  queda refutado, y se indican el paso y el registro
  2  uso incorrecto: una opción, un archivo o un ajuste
  3  aún no se puede decidir: no se alcanza a alguien, o todavía no hay un anclaje definitivo
 70  un defecto del programa; comuníquelo, por favor

Los ajustes son variables de entorno, también las de un archivo .env en esta carpeta: véase .env.example.
En una copia del repositorio, o en la carpeta donde está instalado el paquete, warifu se llama con npx warifu.

Ejemplos:
  warifu start                                        un servicio con una cadena local propia
  warifu submit readings.csv --type sensor-reading    un registro por cada fila
  warifu prove ID -o bundle.json                      la prueba de un registro
  warifu verify bundle.json --policy policy.json      se comprueba sin preguntar al servicio`,
  tellsMore: "(--help explica más)",

  headings: {
    "Usage:": "Uso:",
    "Arguments:": "Argumentos:",
    "Options:": "Opciones:",
    "Commands:": "Órdenes:",
    "Global Options:": "Opciones globales:",
  },
  options: "[opciones]",
  command: "[orden]",
  choices: (all) => `valores: ${all}`,
  byDefault: (value) => `por omisión: ${value}`,

  wrong: {
    unknownOption: ([option]) => `no existe la opción '${option}'`,
    unknownCommand: ([command]) => `no existe la orden '${command}'`,
    missingArgument: ([argument]) => `falta el argumento '${argument}'`,
    optionMissingArgument: ([option]) => `falta el valor de la opción '${option}'`,
    missingMandatoryOptionValue: ([option]) => `falta la opción obligatoria '${option}'`,
    conflictingOption: (named) => `'${named[0]}' no se puede usar junto con '${named[1]}'`,
    excessArguments: () => "sobran argumentos",
    invalidArgument: (named) => `el valor '${named[1]}' no sirve para '${named[0]}'.`,
  },
  didYouMean: (names) => `(¿Quiso decir ${names}?)`,
  allowed: (names) => `Los valores posibles son ${names}.`,

  error: "error:",
  hint: "consejo:",
  detail: "detalle (en inglés):",
  systemRefused: (message) => `el sistema se negó: ${message}`,
  defect: (message) => `es un defecto del programa; comuníquelo, por favor: ${message}`,

  left: (seconds) => `faltan ${seconds} s`,
  doneOf: (done, total) => `${done} de ${total}`,
  records: "registros",
  bundles: "paquetes",
  leaves: "hojas",

  yesOrNo: "[s/N]",
  yes: /^(s(í|i)?|y(es)?)$/i,

  url: "el servicio (por omisión, WARIFU_URL o el de este equipo)",
  json: "muestra un único documento JSON",
  key: "la clave de API (por omisión, WARIFU_API_KEY o la de este equipo)",
  auditorKey: "una clave de API de auditor (por omisión, WARIFU_API_KEY o la de este equipo)",
  officerKey: "una clave de API de responsable; otros usuarios del equipo pueden verla: use mejor --key-file",
  keyFile: "un archivo que contiene la clave de API",
  keyFileUnseen: "un archivo que contiene la clave de API; a diferencia de --key, nadie más del equipo la ve",
  officerKeyFile: "un archivo que contiene una clave de API de responsable",
  policy: "su política (o WARIFU_POLICY_FILE en el entorno)",

  values: {
    wholeNumber: (most) => `Debe ser un número entero de 1 a ${most}.`,
    seconds: "Debe ser un número de segundos, 86400 como mucho.",
    blockHash: "Debe ser 0x y 64 cifras hexadecimales.",
    bitcoinHeader:
      "Debe ser la altura de un bloque de Bitcoin, dos puntos y su cabecera: 160 cifras hexadecimales, con el trabajo que ellas indican.",
    sourceName:
      "Debe ser un nombre de 1 a 128 caracteres de A-Z a-z 0-9 . _ : / @ -, y el primero, una letra o una cifra.",
    time: "Debe ser un momento como 2026-11-01, 2026-11-01T10:00Z, 2026-11-01T10:00+01:00, o 90m, 12h, 2d hasta ahora.",
    endTime: "Debe ser 30d, 12h desde ahora, un día como 2027-01-31, o 2027-01-31T10:00Z.",
    address: "Debe ser una dirección http o https.",
    account: "Debe ser 0x y 40 cifras hexadecimales.",
    checksum: "Su suma de control no es correcta: ¿se cambió alguna cifra?",
    rootHash: "Debe tener 64 cifras hexadecimales.",
    encoding: "Debe ser el nombre de una codificación, como shift_jis, euc-jp, iso-8859-1, windows-1252 o utf-16le.",
    delimiter: 'Debe ser un carácter, como ";", o tab.',
  },
};
