/** What `warifu key` and `warifu officer` say, in Spanish. */
import { counterIn } from "../../../texts/plurals.ts";
import type { AccessTexts } from "./en.ts";

const count = counterIn("es");
const valuesOf = (values: number): string =>
  count(values, { one: "# valor", many: "# de valores", other: "# valores" });

export const ES: AccessTexts = {
  adminKey: "la clave de API del administrador; otros usuarios del equipo pueden verla: use mejor --key-file",
  adminKeyFile: "un archivo que contiene la clave de API del administrador",
  dataDir: "en vez de en un servicio: en la carpeta de datos de uno que no está en marcha",
  key: {
    summary: "emite, enumera y revoca claves de API; crea claves de cuentas; cambia la de la bóveda y la del libro",
    description:
      "Emite, enumera y revoca claves de API, crea claves de cuentas de la cadena y cambia las de la bóveda y del libro.",
    after: `
Las claves de API exigen la clave de un administrador: --key-file, --key, WARIFU_API_KEY, o la primera de un servicio de
este equipo. Con --data-dir se emiten, enumeran y revocan en la carpeta de datos de un servicio que no está en marcha.

Ejemplos:
  warifu key add gateway-7 --role submitter --source 'santander/*' --type sensor-reading --expires 365d
  warifu key add gateway-7b --role submitter --replaces 4f0c9e2d1b3a5768
  warifu key list
  warifu key revoke 4f0c9e2d1b3a5768
  warifu key add rescue --role admin --data-dir data
  warifu key account new --keystore anchor.json --password-file anchor.password
  warifu key rotate-vault --data-dir data
  warifu key rotate-log --data-dir data`,
  },
  add: {
    name: "para qué es la clave; nunca el nombre de una persona",
    summary: "emite una clave",
    description: "Emite una clave y la muestra. Solo se muestra esta vez.",
    role: "qué permite la clave",
    source: "una fuente para la que vale, o un prefijo como 'santander/*', o '*' para todas; repetible",
    type: "un tipo de registro que puede enviar; repetible (por omisión, todos)",
    expires: "hasta cuándo vale: un día como 2027-04-11, o 90d, 12h (por omisión, siempre)",
    rate: "registros y otras peticiones por minuto (por omisión, como cualquiera)",
    replaces: "la clave a la que sustituye: lo que envió aquella se puede volver a enviar con esta",
  },
  noteDown: (id, name, role) => `clave ${id} para ${name} (${role}): anótela, no se vuelve a mostrar`,
  replaced: (id) => `la clave ${id} aún vale: revóquela cuando la nueva esté en uso (npx warifu key revoke ${id})`,
  list: {
    summary: "enumera todas las claves emitidas",
    description: "Enumera todas las claves emitidas, sin sus secretos.",
  },
  revoke: {
    id: "el identificador de la clave, las 16 cifras tras wk_",
    summary: "revoca una clave",
    description: "Revoca una clave; se rechaza desde ese momento.",
  },
  revoked: (id) => `la clave ${id} queda revocada`,
  notes: {
    sources: (names) => `fuentes ${names}`,
    types: (names) => `tipos ${names}`,
    rate: (requests) => `${requests} por minuto`,
    until: (time) => `hasta ${time}`,
    neverUsed: "sin usar",
    lastUsed: (time) => `último uso ${time}`,
    revoked: (time) => `revocada ${time}`,
    byProvider: "por el proveedor de identidad",
    passkeys: (passkeys) =>
      count(passkeys, { one: "# llave de acceso", many: "# de llaves de acceso", other: "# llaves de acceso" }),
    invited: (time) => `invitación hasta ${time}`,
    removed: (time) => `retirada ${time}`,
  },
  andThen: "; ",
  values: {
    keyId: "El identificador de una clave tiene 16 cifras hexadecimales.",
    officerId: "El identificador de una cuenta es of_ y 16 cifras hexadecimales.",
    timeToCome: "Debe ser un día o momento futuro, como 2027-04-11, o 90d, 12h.",
  },

  account: {
    summary: "crea una clave de una cuenta de la cadena",
    description: "Claves de cuentas de la cadena: la que ancla, la que puede cerrar, la que administra.",
  },
  newAccount: {
    summary: "crea una clave en un almacén cifrado y muestra su dirección",
    description:
      "Crea una clave en un almacén cifrado (Web3 Secret Storage) y muestra su dirección. Si falta el archivo de " +
      "contraseña, se crea con una contraseña al azar. Un almacén que ya existe nunca se sustituye.",
    keystore: "el almacén que se crea",
    passwordFile: "el archivo con su contraseña",
  },
  passwordMade: (file) => `también se creó su contraseña: ${file}`,
  keepApart: (keystore, passwordFile) =>
    `guarde ${keystore} y ${passwordFile} por separado, y una copia de cada uno: sin los dos se pierde la cuenta`,

  rotate: {
    summary: "cambia la clave de la bóveda, para que sus copias antiguas no se puedan abrir",
    description:
      "Pone todo lo que hay en la bóveda de un servicio parado bajo una clave nueva y destruye la anterior: las copias " +
      "anteriores de la bóveda ya no se podrán abrir, una vez destruidas también las copias de esa clave. Si se " +
      "interrumpe, inicie la orden de nuevo.",
    dataDir: "la carpeta de datos (por omisión, WARIFU_DATA_DIR o data)",
    newKeyFile: "si la clave no está en un archivo: el archivo para la nueva, que se crea si falta",
    leaveDamaged: "continúa aunque algunos valores no se abran con ninguna clave: se pierden",
  },
  rewrapped: "valores cifrados de nuevo",
  rotated: (values, keyFile) => `la bóveda está bajo una clave nueva: ${valuesOf(values)}, clave en ${keyFile}`,
  damaged: (values) => `no se pudo abrir con ninguna clave: ${valuesOf(values)}`,
  copyNewKey: "copie la clave nueva donde está su copia de seguridad y destruya todas las copias de la anterior",
  putNewKey: "ponga la clave nueva donde el servicio la busca, y después destruya la anterior y todas sus copias",

  officer: {
    summary: "invita a personas a la mesa de trabajo; enumera y retira sus cuentas",
    description: "Cuentas de las personas que entran en la mesa de trabajo.",
    after: `
Una cuenta es de una persona, que entra en la mesa de trabajo con una llave de acceso; las claves de API son para
programas. El enlace vale una sola vez: entréguelo en persona, o por una vía que nadie más lea.

Ejemplos:
  warifu officer invite --name 'M. Ruiz' --role officer --source 'reports/*'
  warifu officer invite --again of_4f0c9e2d1b3a5768
  warifu officer list
  warifu officer remove of_4f0c9e2d1b3a5768`,
  },
  invite: {
    summary: "crea una cuenta y un enlace con el que se inscribe su llave de acceso",
    description: "Crea una cuenta y muestra un enlace con el que se inscribe para ella, una vez, una llave de acceso.",
    name: "quién es, para sus colegas",
    role: "qué permite la cuenta",
    source: "una fuente para la que vale, o un prefijo como 'reports/*'; repetible (por omisión, todas)",
    expires: "hasta cuándo vale la cuenta: un día, o 90d, 12h (por omisión, siempre)",
    rate: "peticiones por minuto (por omisión, como cualquiera)",
    again: "en su lugar: otro enlace para una cuenta, si hay un dispositivo más o uno se perdió",
    hours: "cuántas horas vale el enlace (por omisión, 24)",
  },
  invited: (id, until) => `para la cuenta ${id}, vale una vez, hasta ${until}; no se vuelve a mostrar`,
  listOfficers: { summary: "enumera todas las cuentas creadas", description: "Enumera todas las cuentas creadas." },
  remove: {
    id: "el identificador de la cuenta",
    summary: "retira una cuenta",
    description: "Retira una cuenta: quien haya entrado con ella queda fuera. Lo que hizo sigue constando.",
  },
  removed: (id) => `la cuenta ${id} queda retirada`,
};
