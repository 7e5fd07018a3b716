/** What `warifu migrate` says, in Spanish. */
import type { MigrateTexts } from "./en.ts";

export const ES: MigrateTexts = {
  verb: {
    summary: "traslada un libro de una carpeta de datos a una base PostgreSQL",
    description:
      "Traslada el libro y la bóveda de los archivos SQLite de una carpeta de datos a la base que indica WARIFU_DATABASE, sin ningún servicio en marcha, y audita ambos.",
    dataDir: "carpeta de datos (por defecto: WARIFU_DATA_DIR)",
    policy: "política con la que auditar (por defecto: policy.json en la carpeta de datos)",
    json: "imprime un único documento JSON y nada más",
    after: `
Los archivos se conservan como ledger.sqlite.migrated y vault.sqlite.migrated: ningún servicio arranca con ellos. Si se
interrumpe, vuelva a iniciarlo: continúa donde terminó.

Ejemplo:
  WARIFU_DATABASE=postgres://warifu@db.example/warifu warifu migrate`,
  },
  copying: "filas copiadas",
  moved: (entries) => `${entries} entradas están en la base, y su auditoría no encuentra fallos`,
  next: "Inicie el servicio con WARIFU_DATABASE. Conserve los archivos .migrated hasta tener una copia de seguridad de la base.",
};
