/** What the explorer says, in Spanish. */
import { counterIn } from "../../../texts/plurals.ts";
import type { ExplorerTexts } from "./explorer.ts";

const count = counterIn("es");

export const ES: ExplorerTexts = {
  nav: {
    home: "Resumen",
    records: "Registros",
    anchors: "Anclajes",
    map: "Mapa",
    sources: "Fuentes",
    monitoring: "Vigilancia",
    rights: "Derechos",
    verify: "Verificar",
  },
  navLabel: "Partes del explorador",
  failure: {
    unreachable: "No se puede conectar con el servicio. Se volverá a intentar; lo que se ve puede no estar al día.",
    tooMany: "Demasiadas consultas en muy poco tiempo. Se volverá a intentar en un momento.",
    other: (status) => `El servicio ha respondido con un error (${status}).`,
  },
  loading: "Cargando…",
  notFound: "No hay nada en esta dirección.",
  research: "Para investigar",

  home: {
    title: "Un libro de registros que delata cualquier cambio",
    lead:
      "Todos los registros de este servicio están en un libro que solo crece. Su estado firmado se ancla en una cadena de " +
      "bloques, de modo que cualquiera puede comprobar un registro sin fiarse de quien gestiona el servicio.",
    state: "Estado",
    healthy: "El servicio cumple lo que promete.",
    unhealthy: "Algo va mal. Lo ya registrado se puede seguir verificando.",
    warned: "El servicio cumple lo que promete, pero algo requiere atención.",
    since: "desde el",
    entries: "Entradas del libro",
    entriesDetail: "registros y sucesos del libro",
    final: "Con anclaje definitivo",
    finalDetail: (share) => `${share} del total`,
    lag: "Retraso del anclaje",
    lagNone: "ninguno",
    lagDetail: (pending) =>
      count(pending, {
        one: "# entrada espera un anclaje definitivo",
        many: "# de entradas esperan un anclaje definitivo",
        other: "# entradas esperan un anclaje definitivo",
      }),
    block: "Último bloque visto",
    blockDetail: (chain) => `cadena ${chain}`,
    noBlock: "todavía ninguno",
    growth: "Crecimiento",
    growthChart: "Entradas del libro",
    cost: "Lo que cuesta",
    costChart: "Gas por registro, en cada anclaje",
    costLead:
      "Un anclaje cuesta más o menos lo mismo abarque lo que abarque: cuantos más registros cubre, menos cuesta cada uno.",
    costNone: "Todavía no hay ningún anclaje en un bloque.",
    costUnit: (gas) => `${gas} de gas`,
    newest: "Últimos registros",
    all: "Todos los registros",
    none: "Todavía no hay registros.",
    identity: "Con qué comparar",
    identityLead: "Compare esto con lo que le hayan dado por otro medio, no solo con esta página.",
    origin: "Origen del libro",
    key: "Clave del libro",
    contract: "Contrato",
    size: "Tamaño del libro",
    root: "Hash raíz",
    lastFinal: "Último anclaje definitivo",
    lastFinalText: (size, block) =>
      `${count(size, { one: "# entrada", many: "# de entradas", other: "# entradas" })}, en el bloque ${block}`,
    checkpoint: "El último punto de control firmado",
    status: "El estado del servicio, para programas",
    api: "La referencia de la API",
  },

  records: {
    title: "Registros",
    lead: "Lo que cualquiera puede saber de cada registro. Lo que un registro oculta no está aquí ni se puede buscar.",
    find: "Buscar un registro",
    exact: "Identificador, hash o número de hoja",
    exactHint: "El identificador del registro, el hash de su hoja o de su cuerpo, o su número en el libro.",
    exactWrong:
      "No es un identificador, un hash ni un número: un identificador es como 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f.",
    show: "Ver",
    narrow: "Acotar la lista",
    source: "Fuente",
    type: "Tipo",
    anyType: "cualquiera",
    from: "Desde",
    to: "Hasta, inclusive",
    apply: "Aplicar",
    clear: "Ver todos",
    own: "Por una clave propia",
    ownLead:
      "Quien envió un registro lo encuentra por la clave con que lo envió. Su clave de API se queda en esta página hasta que salga de ella.",
    apiKey: "Clave de API",
    idempotencyKey: "Clave del registro",
    ownNone: "Con su clave de API no se ha enviado ningún registro de esa fuente con esa clave.",
    ownRefused: "El servicio no conoce esta clave de API.",
    list: "Registros, los más recientes primero",
    listCount: (shown) =>
      count(shown, {
        one: "Se muestra # registro",
        many: "Se muestran # de registros",
        other: "Se muestran # registros",
      }),
    record: "Registro",
    received: "Recibido",
    claims: "Contenido público",
    state: "Anclaje",
    more: "Registros anteriores",
    searching: "Buscando más atrás…",
    none: "Ningún registro coincide.",
    damaged: "dañado en el almacén",
    noClaims: "ninguno",
    emptyValue: "(vacío)",
  },

  states: {
    pending: "en espera",
    submitted: "enviado",
    included: "en un bloque",
    finalized: "definitivo",
    orphaned: "abandonado",
  },

  record: {
    title: (type) => `Registro: ${type}`,
    titleUnknown: "Registro",
    eventTitle: (type) => `Suceso del libro: ${type}`,
    lead: (source) => `De ${source}`,
    proof: "Prueba",
    proofState: {
      pending: "Está en el libro y espera un anclaje. Todavía no hay una prueba que llevarse.",
      submitted: "Su anclaje va camino de la cadena de bloques. Todavía no hay una prueba que llevarse.",
      included: "Su anclaje está en un bloque que aún no es definitivo. Todavía no hay una prueba que llevarse.",
      finalized:
        "Lo cubre un anclaje definitivo en la cadena de bloques. La prueba se puede descargar y verificar en cualquier parte.",
      orphaned: "La cadena de bloques abandonó su anclaje; le seguirá otro.",
    },
    download: "Descargar el paquete de prueba",
    verify: "Ir al verificador",
    receipt: "El justificante de este registro, para guardar o imprimir",
    verifyLead:
      "El verificador comprueba el paquete en su navegador y no envía nada. Esta página no prueba nada por sí sola.",
    erased: "Suprimido",
    erasedText: (basis) =>
      `Lo que este registro ocultaba se ha suprimido (${basis}). Su contenido público y su lugar en el libro permanecen.`,
    withheld: "Retirado",
    withheldText: (basis) =>
      `El contenido de este registro ya no se muestra (${basis}). Su lugar en el libro permanece, así que su ausencia es visible.`,
    said: "Lo que dice en público",
    saidNone: "No dice nada en público.",
    concealed: "Oculta algo más, tras resúmenes que no revelan ni qué ni cuánto.",
    notConcealed: "No oculta nada.",
    life: "Su vida",
    lifeCut: "Solo se muestran los sucesos más recientes.",
    lifeConcealed:
      "Si se rectificó o se limitó su uso, también está en el libro, pero oculto: diría qué registros son de una misma persona.",
    lineage: "Procedencia",
    lineageLead:
      "De dónde viene este registro y qué ha salido de él. Cada flecha apunta a aquello de lo que algo depende.",
    lineageLabel: "Dibujo de la procedencia; lo mismo está en la lista de abajo",
    lineageList: "Lo mismo en una lista",
    tooLarge: "Es demasiado para dibujarlo.",
    details: "Detalles",
    id: "Identificador",
    leaf: "Número en el libro",
    leafHash: "Hash de la hoja",
    sequence: "Número de su fuente",
    signature: "Firma de la fuente",
    signed: "dice que su fuente lo firmó",
    unsigned: "su fuente no lo firmó",
    missing: "No hay ningún registro con este identificador.",
  },

  receipt: {
    verifyNow: "Verificarlo ahora",
    pdf: "Descargar como PDF",
    print: "Imprimir",
    toRecord: "El registro",
    proofLater:
      "Todavía no hay prueba: el registro espera su anclaje. Este justificante sigue siendo válido; vuelva más tarde.",
    proofFailed:
      "No se ha podido obtener la prueba. Inténtelo más tarde o pida al operador el paquete de este registro.",
    notKept:
      "Este navegador no guarda nada para las páginas. Descargue el paquete de prueba en el registro y déselo al verificador.",
  },

  steps: {
    measured: "Medido",
    received: "Recibido",
    logged: "Anotado en el libro",
    derived: "Se publicó la copia de una imagen",
    disclosed: "Revelado a alguien",
    accessed: "Se consultó contenido oculto",
    provided: "Cedido a otro responsable",
    reception: "Recibido de otro responsable",
    withheld: "Retirado",
    erased: "Suprimido",
    corrected: "Rectificado",
    translated: "Traducido",
    noted: "Se anotó otra cosa",
    submitted: "Anclaje enviado a la cadena de bloques",
    anchored: "Anclado en un bloque",
    final: "Anclaje definitivo",
  },
  stepDetail: {
    block: (number) => `bloque ${number}`,
    covers: (size) =>
      count(size, {
        one: "cubre la primera entrada",
        many: "cubre las primeras # de entradas",
        other: "cubre las primeras # entradas",
      }),
    event: "el suceso que lo dice",
    from: (source) => `de ${source}`,
  },

  graph: {
    kinds: { entity: "cosa", activity: "acto", agent: "quién" },
    relations: {
      wasGeneratedBy: "salió de",
      used: "usó",
      wasDerivedFrom: "se hizo a partir de",
      wasAttributedTo: "es de",
      wasAssociatedWith: "lo hizo",
      wasInvalidatedBy: "dejó de valer por",
      specializationOf: "es parte de",
      hadMember: "contiene",
    },
    labels: {
      "received bytes": "bytes recibidos",
      "published copy": "copia publicada",
      "concealed values": "valores ocultos",
      body: "contenido",
      record: "registro",
    },
    checkpoint: (size) =>
      count(size, {
        one: "punto de control de # entrada",
        many: "punto de control de # de entradas",
        other: "punto de control de # entradas",
      }),
    picture: (number) => `imagen ${number}`,
  },

  anchors: {
    title: "Puntos de control y anclajes",
    lead:
      "Cada punto de control firma el libro entero. Algunos quedan anotados en una cadena de bloques, donde quien gestiona " +
      "el servicio no puede cambiarlos.",
    anchors: "Anclajes",
    list: "Anclajes, los más recientes primero",
    size: "Entradas",
    state: "Estado",
    made: "Hecho",
    block: "Bloque",
    latency: "Hasta el bloque",
    gas: "Gas",
    untilFinal: "Hasta ser definitivo",
    finality: {
      tag: "Un bloque es definitivo cuando la propia cadena lo dice.",
      bft: "Un bloque es definitivo en cuanto existe: los validadores de la cadena lo acuerdan antes.",
      depth: (blocks) =>
        `Un bloque es definitivo con ${count(blocks, { one: "# bloque", many: "# de bloques", other: "# bloques" })} encima.`,
    },
    perEntry: "Gas por registro",
    cost: "Coste",
    more: "Anclajes anteriores",
    none: "Todavía no hay ningún anclaje.",
    orphaned: (number) =>
      count(number, {
        one: "La cadena de bloques descartó # de estos anclajes, al que siguió otro.",
        many: "La cadena de bloques descartó # de estos anclajes, a los que siguieron otros.",
        other: "La cadena de bloques descartó # de estos anclajes, a los que siguieron otros.",
      }),
    moved: (number) =>
      count(number, {
        one: "# de estos anclajes pasó a otro bloque al reorganizarse la cadena de bloques.",
        many: "# de estos anclajes pasaron a otros bloques al reorganizarse la cadena de bloques.",
        other: "# de estos anclajes pasaron a otros bloques al reorganizarse la cadena de bloques.",
      }),
    leftAt: (time) => `fuera de la cadena desde ${time}`,
    noneYet: "aún en ningún bloque",
    latencyChart: "Segundos desde un anclaje hasta su bloque",
    checkpoints: "Puntos de control",
    checkpointList: "Puntos de control firmados, los más recientes primero",
    root: "Hash raíz",
    moreCheckpoints: "Puntos de control anteriores",
    witnesses: "Testigos",
    witnessesLead: "Solo firman un punto de control si continúa el que vieron antes.",
    witnessList: "Los testigos y lo último que firmaron",
    witness: "Testigo",
    lastSize: "Entradas",
    lastTime: "Última vez",
    noWitnesses: "No hay ningún testigo. Una doble versión del libro solo se notaría en los anclajes.",
    never: "nunca",
    cosignatures: "Puntos de control anclados y cuándo firmó cada testigo",
    checkpointMade: "Entrada más reciente",
    moreCosignatures: "Puntos de control anteriores",
    cosigned: "firmado",
    notCosigned: "–",
    after: (span) => `${span} después`,
  },
};
