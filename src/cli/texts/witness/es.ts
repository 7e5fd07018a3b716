/** What `warifu witness` says, in Spanish. */
import { counterIn } from "../../../texts/plurals.ts";
import type { WitnessTexts } from "./en.ts";

const count = counterIn("es");

export const ES: WitnessTexts = {
  witness: {
    summary: "firma como testigo los puntos de control de libros",
    description:
      "Pone en marcha un testigo: firma los puntos de control de cualquier libro C2SP que solo crezca, y rechaza los demás.",
    name: "nombre del testigo, una URL sin su esquema; hace falta la primera vez",
    log: "clave de verificación de un libro; repetible",
    logs: "un archivo que enumera libros",
    mlDsa: "firma también con ML-DSA-44; la primera vez crea la clave",
    data: "carpeta de la clave y de la memoria",
    host: "dirección en la que escucha",
    port: "puerto en el que escucha; 0 toma uno libre",
    json: "muestra un único documento JSON cuando el testigo está listo, y nada más",
    after: `
La primera vez se crean la clave del testigo y una memoria vacía en su carpeta de datos; entonces hace falta --name. Lo
que se muestra como vkey va a los ajustes de los libros y a las políticas de quienes verifican. Nunca reponga una copia
antigua de la carpeta ni ponga en marcha dos copias: a un testigo que olvida lo que firmó se le puede hacer firmar otra
historia. Ctrl-C lo detiene.

Un archivo de libros tiene la forma de https://c2sp.org/tlog-list: la línea logs/v0 y, por cada libro, "vkey …",
"origin …" si no es el nombre de la clave, "qpd …" y "contact …".

Ejemplos:
  warifu witness --name witness.example.org/w1 --log ledger.example.org/2026+1d21214d+AQ11…
  warifu witness --data /var/lib/witness --logs logs.txt --host 0.0.0.0 --port 8090`,
  },
  stopping: "deteniéndose…",
  stopped: "detenido",
  conflicts: {
    "split-view": (origin) =>
      `ALARMA: el libro ${origin} firmó dos árboles distintos del mismo tamaño; se guardan como pruebas los dos puntos de control`,
    unproven: (origin) =>
      `rechazado: no se probó que un punto de control firmado por el libro ${origin} continúe el anterior; se guarda`,
  },
  passedOver: (file, what) => `omitido en ${file}; detalle (en inglés): ${what}`,
  labels: {
    witness: "testigo",
    address: "dirección",
    vkey: "vkey",
    mlDsaVkey: "ML-DSA-44",
    data: "datos",
    witnessing: "atestigua",
  },
  logs: (logs, names) => `${count(logs, { one: "# libro", many: "# de libros", other: "# libros" })}: ${names}`,
  howToStop: "Ctrl-C lo detiene.",
  stoppedByItself: (why) => `el testigo se detuvo por sí solo: ${why}`,
  values: {
    name: "Debe ser una URL sin su esquema: ASCII imprimible, sin espacios ni signo más.",
    logKey: (why) => `No lo es; detalle (en inglés): ${why}.`,
    port: "Debe ser un puerto, un número entero de 0 a 65535.",
  },
};
