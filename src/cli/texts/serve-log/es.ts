/** What `warifu serve-log` says, in Spanish. */
import type { ServeLogTexts } from "./en.ts";

export const ES: ServeLogTexts = {
  verb: {
    summary: "servir los archivos de un libro desde un almacenamiento de objetos",
    description:
      "Sirve la copia de un libro que está en un almacenamiento de objetos o en una carpeta, solo para leer: no necesita el servicio, ni base de datos, ni clave.",
    settings:
      "carpeta de un libro exportado, o archivo que dice dónde está una copia, el mismo que nombra WARIFU_LOG_STORAGE",
    host: "dirección en la que escuchar",
    port: "puerto en el que escuchar; 0 toma uno libre",
    rate: "peticiones por minuto que puede hacer una dirección",
    proxies: "proxys delante en cuyas cabeceras se confía",
    json: "imprimir un documento JSON cuando ya escucha, y nada más",
    after: `
Las direcciones son las de https://c2sp.org/tlog-tiles, bajo /log/. No hay que fiarse de nada: los clientes comprueban lo
que leen con el punto de control firmado, y este con los anclajes. Puede haber varios a la vez, y una caché delante puede
guardar los mosaicos para siempre. Si cualquiera puede leer el depósito, omita credentialsFile. Ctrl-C lo detiene.

Ejemplos:
  warifu serve-log /srv/parks-2026
  warifu serve-log log-storage.json
  warifu serve-log log-storage.json --host 0.0.0.0 --port 8085`,
  },
  labels: { log: "libro", storage: "almacenamiento" },
  howToStop: "Ctrl-C lo detiene.",
  stopping: "deteniendo…",
  stopped: "detenido",
  port: "Es un puerto, un número entero de 0 a 65535.",
  rate: "Es un número entero de 1 a 1000000000.",
  proxies: "Es un número entero de 0 a 16.",
};
