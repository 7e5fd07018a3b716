/** What is said of a verdict, in Spanish. */
import type { LogSignatures } from "../../core/log-keys.ts";
import type { SignatureState } from "../../verify/verdict.ts";
import { counterIn, numberIn } from "../plurals.ts";
import type {
  FactSentences,
  ForkTexts,
  KindNames,
  ReasonSentences,
  StepTexts,
  TimeInWords,
  VerdictTexts,
} from "./forms.ts";

const count = counterIn("es");
const numberInWords = numberIn("es");

/** The texts; times as they are to be read. */
export function verdictES(timeInWords: TimeInWords): VerdictTexts {
  return { steps, found: found(timeInWords), reasons: REASONS_ES, fork: fork(timeInWords), kinds };
}

/** What the log signed its state with. */
const SIGNED_WITH: Readonly<Record<LogSignatures, string>> = {
  ed25519: "Con Ed25519; no hay firma ML-DSA-44, y su política no la exige aquí.",
  "ml-dsa-44": "Con ML-DSA-44, que resiste a los ordenadores cuánticos.",
  both: "Con Ed25519 y con ML-DSA-44, que resiste a los ordenadores cuánticos.",
};

const steps: StepTexts = {
  bundle: { name: "El archivo", about: "¿Es un paquete de prueba, completo y con la forma debida?" },
  entry: { name: "La entrada", about: "¿Es una entrada como las que hace este libro?" },
  body: { name: "El contenido", about: "¿Es el contenido con el que se comprometió la entrada?" },
  openings: { name: "Lo que se reveló", about: "¿Encaja cada dato revelado en el lugar que se le reservó?" },
  source: { name: "La fuente", about: "¿Viene el registro de la fuente que indica?" },
  checkpoint: { name: "La firma del libro", about: "¿Firmó su estado el libro que indica su política?" },
  witnesses: { name: "Testigos", about: "¿Firmaron otros que vieron el mismo libro?" },
  inclusion: { name: "En el libro", about: "¿Está el registro en el libro que se firmó?" },
  anchor: { name: "En la cadena de bloques", about: "¿Anotó el contrato exactamente este estado del libro?" },
  beacon: { name: "No anterior a", about: "¿Qué bloque conocía el libro antes de aceptar el registro?" },
  chain: { name: "El propio bloque", about: "¿Conoce el bloque alguien de su confianza?" },
  time: { name: "Sello de tiempo", about: "¿Cuándo vio el libro una autoridad?" },
  original: { name: "El original", about: "¿Se hizo el registro a partir del archivo que usted tiene?" },
};

const found = (timeInWords: TimeInWords): FactSentences => ({
  form: () => "Es un paquete de prueba de la versión 1.",
  entry: ({ kind }) => `Es una entrada del tipo «${kinds[kind]}».`,
  "body-withheld": () => "El contenido se retiró. Está probado que el registro está en el libro, no lo que dice.",
  "body-committed": ({ vct }) => `Lo es, letra por letra (tipo ${vct}).`,
  "no-opening": () => "No se muestra ningún dato oculto.",
  opened: ({ count: opened }) =>
    count(opened, {
      one: "Se reveló # dato, y encaja.",
      many: "Se revelaron # de datos, y todos encajan.",
      other: "Se revelaron # datos, y todos encajan.",
    }),
  "source-is-log": () => "La hizo el propio libro.",
  conflict: ({ source, seq, isShown }) =>
    `El libro dice que la fuente ${source} firmó dos registros distintos con el número ${numberInWords(seq)}. ` +
    (isShown ? "Se muestra el segundo." : "El segundo no se muestra."),
  signature: ({ state, isKeyKnown }) => (isKeyKnown ? ofKnownSource : ofStranger)[state],
  checkpoint: ({ origin, treeSize, signatures }) =>
    count(treeSize, {
      one: `Firmado por ${origin} cuando tenía # entrada.`,
      many: `Firmado por ${origin} cuando tenía # de entradas.`,
      other: `Firmado por ${origin} cuando tenía # entradas.`,
    }) + (signatures ? ` ${SIGNED_WITH[signatures]}` : ""),
  "no-cosignature-asked": () => "Su política no exige ninguno.",
  cosigned: ({ count: signed, quorum }) =>
    count(signed, { one: "Firmó # testigo; ", many: "Firmaron # de testigos; ", other: "Firmaron # testigos; " }) +
    `su política exige ${numberInWords(quorum)}.`,
  included: ({ leafIndex }) => `Está, en el lugar ${numberInWords(leafIndex)}.`,
  anchored: ({ contract, chainId, blockNumber, blockTime }) =>
    `El contrato ${contract} de la cadena ${chainId} lo anotó en el bloque ${numberInWords(blockNumber)}, ${timeInWords(blockTime)}.`,
  "no-beacon": () => "No hay ninguno: nada muestra a qué es posterior el registro.",
  beacon: ({ blockNumber, blockTime }) => `Bloque ${numberInWords(blockNumber)}, ${timeInWords(blockTime)}.`,
  block: ({ blockNumber, by, beacon }) =>
    block[by](numberInWords(blockNumber)) +
    (beacon === undefined
      ? ""
      : beacon.isChecked
        ? ` También el bloque anterior ${numberInWords(beacon.blockNumber)}.`
        : ` El bloque anterior ${numberInWords(beacon.blockNumber)} es solo palabra del libro.`),
  original: ({ adapter, at }) =>
    `Sí. El servicio dice que ${adapter} lo recibió el ${timeInWords(Math.floor(at / 1_000))}.`,
  "original-not-shown": () => "No se muestra de qué se hizo el registro. Pida la apertura de «received».",
  stamped: ({ tsa, time, until }) => `${tsa}: ${timeInWords(time)}. El certificado vale hasta ${timeInWords(until)}.`,
  "in-bitcoin": ({ bitcoinBlock, time }) => `Bloque ${numberInWords(bitcoinBlock)} de Bitcoin: ${timeInWords(time)}.`,
  "bitcoin-open": ({ bitcoinBlock }) =>
    bitcoinBlock === null
      ? "Sin comprobar: la prueba aún espera un bloque de Bitcoin."
      : `Sin comprobar: falta la cabecera del bloque ${numberInWords(bitcoinBlock)} de Bitcoin.`,
  error: () => "",
});

const ofStranger: Readonly<Record<SignatureState, string>> = {
  verified: "El registro está firmado con una clave que su política no conoce.",
  "partly-shown":
    "El registro está firmado con una clave que su política no conoce; no se muestra todo lo que abarca la firma.",
  "not-shown": "El nombre es el del registro. Está firmado, y la firma no se muestra.",
  none: "El nombre es el del registro. La fuente no lo firmó.",
  unknown: "El nombre es el del registro. No se muestra si la fuente lo firmó.",
};

const ofKnownSource: Readonly<Record<SignatureState, string>> = {
  verified: "La fuente lo firmó con la clave que conoce su política.",
  "partly-shown": "La fuente lo firmó con su clave conocida, pero no se muestra todo lo que abarca la firma.",
  "not-shown": "Su política conoce la fuente, pero su firma no se muestra. Pida la apertura de «evidence».",
  none: "Su política conoce una clave de esta fuente, pero la fuente no firmó.",
  unknown: "Su política conoce la fuente, pero no se muestra si firmó.",
};

const block = {
  trust: (number: string) => `El bloque ${number} es de los que usted da por buenos.`,
  nodes: (number: string) => `Su nodo tiene el bloque ${number}, y es definitivo.`,
  validators: (number: string) => `Un cuórum de los validadores de la cadena selló el bloque ${number}: es definitivo.`,
  nobody: (number: string) =>
    `Las pruebas hasta el bloque ${number} encajan entre sí. No se preguntó a nadie si la cadena tiene ese bloque.`,
} as const;

const kinds: KindNames = {
  record: "registro",
  source: "suceso sobre una fuente",
  profile: "perfil de un tipo de registros",
  beacon: "baliza",
  erasure: "supresión",
  consent: "consentimiento",
  disclosure: "comunicación de datos",
  provision: "cesión a un tercero",
  derivation: "imagen derivada",
};

export const REASONS_ES: ReasonSentences = {
  damaged:
    "El archivo está dañado o fue modificado: no es un paquete de prueba que se pueda leer. Consígalo de nuevo donde lo obtuvo.",
  entry: "La entrada no es una que este libro pudiera hacer.",
  body: "El contenido no es el que anotó el libro. Alguien lo cambió, o es de otro registro.",
  opening: "Un dato revelado no encaja en el registro: se cambió su valor, o es de otro registro.",
  signature: "Una firma no es válida para lo que debería abarcar.",
  signatureHidden: "Su política exige la firma de la fuente, y no se muestra. Pida la apertura de «evidence».",
  otherLog: "Esto viene de otro libro, no del que indica su política.",
  note: "El estado firmado del libro está dañado o fue modificado.",
  quorum: "Firmaron menos testigos de los que exige su política.",
  inclusion: "La prueba no lleva al libro firmado: el registro no está en él, o la prueba fue modificada.",
  evidence: "Las pruebas de la cadena de bloques no encajan: se modificaron, o son de otra transacción.",
  otherChain: "Es otra cadena, otro contrato u otro bloque, no el que usted da por bueno.",
  otherAnchor: "El contrato anotó otro estado del libro, no el que se muestra.",
  silent:
    "No se preguntó a nadie, o nadie contestó, si la cadena tiene este bloque. Indique el hash de un bloque de su confianza o pregunte a un nodo propio.",
  wrongChain: "Su nodo sirve otra cadena, no la que indica su política.",
  notFinal:
    "No consta que el bloque sea definitivo: aún no lo es, o lo sellaron muy pocos validadores de la cadena. Compruébelo más tarde.",
  unstamped: "No se encontró ningún sello de tiempo de una autoridad o de un bloque de Bitcoin que nombre la política.",
  otherOriginal: "El registro se hizo a partir de otros bytes, no de este archivo.",
  originalHidden: "No se muestra de qué se hizo el registro. Pida la apertura de «received».",
  other: "No se pudo comprobar.",
};

const fork = (timeInWords: TimeInWords): ForkTexts => ({
  title: "Prueba contra un libro",
  holds: "Probado: este libro tiene dos historias. Quien tenga sus claves responde de ambas.",
  refuted: "Este archivo no prueba nada contra el libro.",
  undecided: "Las dos historias se contradicen, pero nadie avaló el bloque de una de ellas.",
  steps: {
    evidence: "El archivo",
    smaller: "La primera historia",
    larger: "La segunda historia",
    contradiction: "La contradicción",
    chain: "El propio bloque",
  },
  found: {
    "fork-form": () => "Es una prueba de la versión 1.",
    "head-signed": ({ origin, treeSize, rootHash }) =>
      count(treeSize, {
        one: `${origin} firmó # entrada`,
        many: `${origin} firmó # de entradas`,
        other: `${origin} firmó # entradas`,
      }) + `, raíz ${rootHash}.`,
    "head-anchored": ({ contract, blockNumber, blockTime, treeSize, rootHash }) =>
      `El contrato ${contract} lo anotó en el bloque ${numberInWords(blockNumber)}, ${timeInWords(blockTime)}: ` +
      `${numberInWords(treeSize)} entradas, raíz ${rootHash}.`,
    "roots-differ": ({ treeSize }) =>
      `Para las mismas ${numberInWords(treeSize)} entradas hay dos raíces: una de las historias fue alterada.`,
    "prefix-differs": ({ treeSize, largerSize }) =>
      `El libro de ${numberInWords(largerSize)} entradas no empieza por las ${numberInWords(treeSize)} de la primera historia.`,
  },
});
