/** What the verifier says, in Spanish. */
import { timeInWords, numberInWords } from "../../texts/formats.ts";
import { counterIn } from "../../texts/plurals.ts";
import type { SignatureState } from "../../../verify/verdict.ts";
import type { FactSentences, ForkTexts, KindNames, ReasonSentences, StepTexts } from "./forms.ts";
import type { VerifyTexts } from "./catalogue.ts";

const count = counterIn("es");

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
  original: { name: "El original", about: "¿Se hizo el registro a partir del archivo que usted tiene?" },
};

const found: FactSentences = {
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
  checkpoint: ({ origin, treeSize }) =>
    count(treeSize, {
      one: `Firmado por ${origin} cuando tenía # entrada.`,
      many: `Firmado por ${origin} cuando tenía # de entradas.`,
      other: `Firmado por ${origin} cuando tenía # entradas.`,
    }),
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
  error: () => "",
};

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

const reasons: ReasonSentences = {
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
  notFinal: "El bloque está en la cadena, pero aún no es definitivo. Compruébelo más tarde.",
  otherOriginal: "El registro se hizo a partir de otros bytes, no de este archivo.",
  originalHidden: "No se muestra de qué se hizo el registro. Pida la apertura de «received».",
  other: "No se pudo comprobar.",
};

const fork: ForkTexts = {
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
};

export const ES: VerifyTexts = {
  title: "Verificar un registro",
  lead: "Compruebe por su cuenta que un registro no ha cambiado desde que se anotó. Todo ocurre en este dispositivo: ningún archivo sale de él.",
  policy: {
    title: "1. En quién confía",
    why: "Una política dice cuáles son el libro y el contrato correctos. Pídala una vez al responsable, por una vía de confianza, y nunca junto con la prueba.",
    choose: "Elegir un archivo de política",
    paste: "O pegue aquí la política",
    pasteHint: "Un texto que empieza por una llave y menciona warifu-policy/1",
    use: "Usar esta política",
    change: "Usar otra política",
    keep: "Guardar esta página con la política dentro",
    pinned: "Esta página se hizo con esta política dentro.",
    log: "Libro",
    chain: "Cadena de bloques y contrato",
    chainValue: (id, contract) => `cadena ${id}, ${contract}`,
    rule: "Cómo se confía en la cadena",
    rules: {
      "trusted-block": "Bloques que usted indica o que conoce un nodo suyo",
      evidence: "Bastan pruebas que encajen entre sí",
    },
    sources: "Fuentes conocidas",
    witnesses: "Testigos",
    witnessesValue: (quorum, keys) => `deben firmar ${numberInWords(quorum)} de ${numberInWords(keys)}`,
    none: "ninguno",
    fingerprint: "Huella",
    fingerprintHint:
      "Pida a quien le dio la política que le lea estas cifras, por teléfono o en papel. «warifu verify» muestra las mismas.",
    wrong: "Esto no es una política que se pueda usar.",
  },
  given: {
    title: "2. Qué comprobar",
    drop: "Suelte aquí los archivos",
    dropHint:
      "Un paquete de prueba, varios, o un ZIP con ellos, junto con la foto, el documento o la medición originales si los tiene.",
    choose: "Elegir archivos",
    clear: "Quitar todos los archivos",
    first: "Elija antes una política: sin ella, nadie puede decir a quién creer.",
    only: "Todavía no hay ningún paquete de prueba entre estos archivos. Añada el del registro: un archivo que acaba en .json.",
    problems: {
      empty: "está vacío",
      tooLarge: "es demasiado grande para comprobarlo aquí",
      unreadable: "no se puede leer",
      damagedZip: "es un ZIP dañado o demasiado grande",
      policy: "es una política; elíjala arriba",
    },
  },
  options: {
    title: "Más maneras de conocer la cadena",
    blockHash: "Hash de un bloque de su confianza",
    blockHashHint: "0x y 64 cifras, obtenido por otra vía que el paquete. Si son varios, sepárelos con espacios.",
    wrongHash: "El hash de un bloque es 0x y 64 cifras hexadecimales.",
    node: "Dirección de un nodo propio",
    nodeHint: "Solo se pregunta a esta dirección, y solo por bloques y por el contrato.",
    wrongNode: "No es una dirección que empiece por http:// o https://.",
    noNode:
      "Este archivo no tiene acceso a la red. Otro archivo, warifu-verify-rpc.html, puede preguntar a un nodo suyo.",
    apply: "Comprobar de nuevo",
  },
  working: "Comprobando…",
  verdict: {
    title: "Veredicto",
    holds: "Este registro no ha cambiado desde que se ancló.",
    undecided: "No hay nada incorrecto, pero falta comprobar algo que exige su política.",
    refuted: "No se fíe: no se sostiene.",
    at: (step) => `Falla en «${step}».`,
    many: "Todos los paquetes",
    bundle: "Paquete",
    outcome: "Resultado",
    record: "Registro",
    sum: (holds, refuted, undecided) =>
      `${count(holds, { one: "# se sostiene", many: "# se sostienen", other: "# se sostienen" })}, ` +
      `${count(refuted, { one: "# refutado", many: "# refutados", other: "# refutados" })}, ${numberInWords(undecided)} sin decidir`,
    place: (kind, leaf, source) => `${kind} ${numberInWords(leaf)} de ${source}`,
  },
  steps: {
    title: "Paso a paso",
    detail: "Detalle técnico",
    notReached: "Tras un paso que falla no se comprueba nada más.",
  },
  step: steps,
  found,
  reasons,
  fork,
  kinds,
  time: {
    title: "Cuándo",
    received: "Recibido, según el servicio",
    block: (number) => `bloque ${numberInWords(number)}`,
    claimedBlock: (number) => `bloque ${numberInWords(number)}, que nadie avaló`,
    open: "no se muestra",
  },
  record: {
    title: "El registro",
    id: "Identificador",
    log: "Libro y lugar",
    logValue: (origin, leaf) => `${origin}, entrada ${numberInWords(leaf)}`,
    hash: "Hash de la entrada",
    source: "Fuente y número",
    sourceValue: (source, seq) => `${source}, número ${numberInWords(seq)}`,
    type: "Tipo",
    anchor: "Anclado en",
    transaction: "Transacción",
  },
  claims: {
    title: "Lo que dice",
    withheld: "El contenido se retiró o se suprimió.",
    struck: "No se muestra",
    struckHint:
      "Los datos tachados existen en registros de este tipo. Aquí están ocultos, o el registro no los tiene: solo el servicio puede distinguirlo.",
    labels: {
      category: "Categoría",
      theme: "Tema",
      area: "Zona",
      text: "Texto",
      language: "Idioma",
      reportedAt: "Comunicado el",
      latitude: "Latitud",
      longitude: "Longitud",
      address: "Dirección",
      pictures: "Imágenes",
      reporterName: "Nombre de quien informa",
      reporterId: "Identificador de quien informa",
      reporterEmail: "Correo de quien informa",
      reporterPhone: "Teléfono de quien informa",
      requestId: "Número de la solicitud",
      status: "Estado",
      updatedAt: "Actualizado el",
      details: "Detalles",
      evidence: "Firma de la fuente",
      received: "Lo que se recibió",
      c2pa: "Credenciales de contenido, según el servicio",
      observedAt: "Observado el",
      temperature: "Temperatura",
      humidity: "Humedad",
      noise: "Ruido",
    },
  },
  limits: {
    title: "Lo que esto no muestra",
    truth: "Si es verdad lo que envió la fuente.",
    withheld: "Lo que dice el registro: su contenido se retiró o se suprimió.",
    digests: (digests) =>
      count(digests, {
        one: "Qué oculta # resumen más: un dato que no se reveló, o nada, pues algunos son señuelos.",
        many: "Qué ocultan # de resúmenes más: datos que no se revelaron, o nada, pues algunos son señuelos.",
        other: "Qué ocultan # resúmenes más: datos que no se revelaron, o nada, pues algunos son señuelos.",
      }),
    unsigned: {
      "partly-shown": "Quién lo envió: no se muestra todo lo que abarca la firma de la fuente.",
      "not-shown": "Quién lo envió: la firma de la fuente no se muestra.",
      none: "Quién lo envió: la fuente no firmó.",
      unknown: "Quién lo envió: no se muestra si la fuente firmó.",
    },
    strangersKey: "Si la clave de la firma es de la fuente: su política no indica ninguna.",
    noBeacon: "A qué es posterior: el paquete no tiene baliza.",
    blocks: (numbers) => `Si la cadena tiene el bloque ${numbers}: no se preguntó a nadie de su confianza.`,
  },
  originals: {
    title: "Sus archivos originales",
    received: (name) => `Reconocido: el registro de ${name} se hizo exactamente a partir de este archivo.`,
    picture: (name, place) => `Reconocido: es la imagen ${numberInWords(place)} del registro de ${name}.`,
    reading: (name) => `Reconocido: el registro de ${name} dice lo mismo que este archivo.`,
    refuted: "No reconocido: el registro habla de otros bytes. El archivo fue modificado, o no es el que se envió.",
    undecided:
      "No reconocido. No se muestra de qué se hizo el registro, o no se muestran sus imágenes: pida esas aperturas.",
    inRefuted: "El propio paquete no se sostiene, así que nada se puede decir de este archivo.",
    hash: "SHA-256",
  },
  report: {
    print: "Imprimir o guardar como PDF",
    title: "Cómo se comprobó",
    tool: "Comprobado con",
    toolValue: "warifu-verify, en el navegador",
    time: "Comprobado el",
    policy: "Política (huella)",
    file: "SHA-256 del paquete",
    repeat: "Para repetirlo",
    repeatValue: "warifu verify PAQUETE --policy POLÍTICA",
  },
  about: {
    offline: "Esta página funciona sin red. Guárdela como archivo y funcionará desde una memoria USB.",
    save: "Guardar esta página como archivo",
    hash: "SHA-256 del archivo",
  },
};
