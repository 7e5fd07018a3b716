/** What the researcher's page says, in Spanish. */
import type { EN } from "./en.ts";

export const ES: typeof EN = {
  title: "Para investigar",
  lead:
    "Lo que han necesitado los anclajes de este servicio: gas, coste y la duración de cada paso. Para descargarlo, citarlo y " +
    "volver a medirlo en su propio equipo.",
  nav: { overview: "Resumen", anchors: "Anclajes", verify: "Verificar" },
  loading: "Cargando…",
  unreachable: "El servicio no ha respondido. Vuelva a cargar la página para intentarlo otra vez.",

  figures: "Cifras",
  figuresOf: (count) => `De los últimos anclajes definitivos (${count})`,
  none: "Todavía no hay ningún anclaje definitivo.",
  spread:
    "La mitad de los valores está entre los cuartiles. Los tiempos son del reloj de este servicio, que mira la cadena de " +
    "bloques a intervalos; todo lo demás está en la cadena, donde cualquiera puede comprobarlo.",
  figure: "Cifra",
  median: "Mediana",
  lower: "Primer cuartil",
  upper: "Tercer cuartil",
  least: "Mínimo",
  most: "Máximo",
  rows: {
    records: "Registros cubiertos",
    gas: "Gas por anclaje",
    gasPerRecord: "Gas por registro",
    cost: "Coste por anclaje, ETH",
    sign: "De la firma del estado a la de la transacción, s",
    include: "Del envío hasta verse en un bloque, s",
    finalize: "De ahí hasta verse definitivo, s",
    total: "De la firma del estado hasta ser definitivo, s",
  },

  data: "Datos",
  dataLead:
    "Todos los anclajes, también los que la cadena descartó, primero los más recientes. Los dos archivos contienen lo mismo; " +
    "una celda vacía o null es algo que no se sabe, no un cero.",
  csv: "Descargar como CSV",
  json: "Descargar como JSON",
  gathering: "Reuniendo los anclajes…",
  saved: (count, file) => `${file}: ${count} anclajes.`,
  api: "Lo mismo desde un programa, de mil en mil:",

  cite: "Cómo citar",
  citeLead:
    "Un punto de control fija todos los registros hasta su tamaño: quien lo tiene puede saber si el libro ha cambiado desde " +
    "entonces. Guarde la política y los paquetes de los registros en los que se apoya un resultado. Se verifican sin este servicio.",
  text: "En palabras",
  bibtex: "Como BibTeX",
  citation: (origin, entries, day) =>
    `Libro Warifu «${origin}», punto de control de ${entries} entradas, consultado el ${day}.`,
  rootHash: "Hash raíz",
  contract: "Contrato",
  onChain: (chain) => `cadena ${chain}`,
  key: "Clave del libro",

  repeat: "Cómo repetirlo",
  repeatLead:
    "Todo se ejecuta en un solo equipo, con una cadena propia, a partir del código de este programa. docs/research tiene cuatro " +
    "experimentos: pregunta, método, orden, resultado y lo que puede variar en otro lugar. Tres se repiten dígito a dígito.",
  repeatList: "Lo que se puede medir:",
  repeatExact: "Un experimento que da los mismos dígitos en todas partes:",
  repeatTimed: "Otro que da tiempos, con su dispersión:",
};
