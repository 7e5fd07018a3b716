/** What `warifu key` says of the log's own keys, in Spanish. */
import { numberIn } from "../../../texts/plurals.ts";
import type { LogKeysTexts } from "./en.ts";

const number = numberIn("es");

export const ES: LogKeysTexts = {
  rotate: {
    summary: "cambia la clave del libro: crea la siguiente, y desde entonces firman las dos",
    description:
      "Crea la siguiente clave del libro, en la carpeta de datos de un servicio parado. Desde entonces las dos claves " +
      "firman cada punto de control, para que quienes verifican tengan tiempo de tomar la política nueva. Lo termina " +
      "`warifu key retire-log`. Si se interrumpe, inicie la orden de nuevo.",
  },
  retire: {
    summary: "termina el cambio de la clave del libro: la anterior ya no firma y se destruye",
    description:
      "Termina el tiempo en que firman las dos claves del libro, en la carpeta de datos de un servicio parado. La parte " +
      "privada de la clave anterior se destruye; la pública queda, para lo que firmó. Quienes aún tengan la política " +
      "antigua rechazan lo que se firme desde entonces. Si se interrumpe, inicie la orden de nuevo.",
  },
  addMlDsa: {
    summary: "hace que el libro firme también con ML-DSA-44",
    description:
      "Crea una clave ML-DSA-44 con la que el libro firma cada punto de control junto a su clave Ed25519, en la carpeta " +
      "de datos de un servicio parado. Las políticas que escribe el servicio exigen las dos firmas desde la siguiente " +
      "entrada; las anteriores siguen como estaban. Cada punto de control crece en 3,3 KB, y una prueba lo contiene hasta dos veces.",
  },
  dataDir: "la carpeta de datos (por omisión, WARIFU_DATA_DIR o data)",
  rotated: "las dos claves del libro firman desde el próximo arranque",
  retired: (entries) =>
    `la clave anterior ya no firma; vale para puntos de control de hasta ${number(entries)} entradas`,
  added: "el libro firma también con ML-DSA-44 desde el próximo arranque",
  nothingToDo: "no quedaba nada por hacer",
  copyAndPublish: (file) =>
    `copie ${file} donde está su copia de seguridad, arranque el servicio y publique su nuevo policy.json`,
  destroyCopies:
    "destruya todas las copias del archivo de clave anterior: quien tenga una puede firmar como lo hacía el libro hasta entonces",
};
