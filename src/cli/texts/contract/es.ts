/** What `warifu contract` says, in Spanish. */
import { counterIn } from "../../../texts/plurals.ts";
import type { ContractTexts } from "./en.ts";

const count = counterIn("es");
const entriesOf = (entries: number): string =>
  count(entries, { one: "# entrada", many: "# de entradas", other: "# entradas" });

export const ES: ContractTexts = {
  contract: {
    summary: "administra el contrato del libro",
    description: "Muestra el contrato del libro, decide quién puede anclar y quién cerrar, lo cierra y despliega otro.",
    after: `
Los cambios se firman con --keystore y --password-file, con --signer-url y --address, o con WARIFU_ADMIN_KEY. Cada uno
espera su bloque; uno ya hecho no envía nada.

Código de salida 0: así es; 2: el contrato no lo permite; 3: aún no hay respuesta.

Ejemplos:
  warifu contract status
  warifu contract revoke-anchorer 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266 --keystore admin.json --password-file admin.password
  warifu contract close --signer-url http://127.0.0.1:9000 --address 0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC`,
  },
  account: "la cuenta",
  status: {
    summary: "dice cómo está el contrato",
    description: "Dice qué estado del libro guarda el contrato, si está cerrado y quién tiene cada función.",
  },
  grantAnchorer: {
    summary: "permite anclar a una cuenta",
    description: "Permite anclar a una cuenta.",
    done: (of) => `${of} puede anclar`,
  },
  revokeAnchorer: {
    summary: "quita a una cuenta el derecho a anclar",
    description: "Quita a una cuenta el derecho a anclar.",
    done: (of) => `${of} no puede anclar`,
  },
  grantCloser: {
    summary: "permite cerrar el libro a una cuenta",
    description: "Permite cerrar el libro a una cuenta.",
    done: (of) => `${of} puede cerrar el libro`,
  },
  revokeCloser: {
    summary: "quita a una cuenta el derecho a cerrar el libro",
    description: "Quita a una cuenta el derecho a cerrar el libro.",
    done: (of) => `${of} no puede cerrar el libro`,
  },
  offerAdmin: {
    summary: "ofrece a una cuenta el puesto de administrador",
    description: "Ofrece a una cuenta el puesto de administrador.",
    done: (of) =>
      `${of} puede ser administrador con \`warifu contract accept-admin\`, cuando pase el plazo del contrato`,
  },
  acceptAdmin: {
    summary: "acepta ser administrador, tras una oferta",
    description: "Acepta ser administrador, tras una oferta.",
    done: (admin) => `${admin} es el administrador`,
  },
  close: {
    summary: "cierra el libro para siempre",
    description: "Cierra el libro para siempre.",
    done: (treeSize) => `el libro queda cerrado para siempre con ${entriesOf(treeSize)}`,
  },
  deploy: {
    summary: "despliega un contrato, también como sucesor de uno cerrado",
    description:
      "Despliega un contrato para el libro de WARIFU_ORIGIN. Con --successor-of: para el libro de un contrato cerrado, " +
      "desde el último estado honrado, que es el anclaje definitivo más reciente de la carpeta de datos salvo que lo " +
      "indiquen --size y --root.",
    admin: "quién decide quién puede anclar y cerrar",
    anchorer: "quién puede anclar",
    closer: "quién puede cerrar el libro",
    adminDelay: "entre los dos pasos con que cambia el administrador",
    maxGrowth: "cuántas entradas como mucho puede añadir un anclaje",
    successorOf: "el contrato cerrado que lo precede",
    size: "entradas del estado en que empieza",
    root: "raíz del estado en que empieza, 64 cifras",
  },
  deployed: (contract, chain) => `contrato ${contract} desplegado en la cadena ${chain}`,
  warning: (message) => `aviso; detalle (en inglés): ${message}`,
  setContract:
    "ponga WARIFU_CONTRACT a su dirección; las políticas de quienes verifican deben nombrar esta dirección y el hash del código",
  options: {
    contract: "el contrato (por omisión, WARIFU_CONTRACT o el de la carpeta de datos)",
    rpc: "nodo JSON-RPC de la cadena (por omisión, todos los de WARIFU_RPC_URL, que deben coincidir; o la cadena local)",
    keystore: "firma con la clave de este almacén cifrado",
    passwordFile: "el archivo con su contraseña",
    signerUrl: "firma mediante un firmante en otro lugar (eth_signTransaction)",
    address: "la cuenta por la que debe firmar",
    maxCost: "lo que puede costar como mucho la transacción (por omisión, 0.5)",
    wait: "cuánto esperar un bloque",
    ether: "Debe ser una cantidad como 0.5.",
  },
  nothingSent: "ya era así: no se envió nada",
  included: (transaction, block) => `transacción ${transaction} en el bloque ${block}`,
  labels: {
    contract: "contrato",
    codeHash: "hash código",
    logId: "id. libro",
    head: "estado",
    startsAt: "empieza en",
    closed: "cerrado",
    admin: "administra",
    anchorers: "anclan",
    closers: "cierran",
  },
  contractOf: (contract, chain, block) => `${contract} en la cadena ${chain}, en el bloque ${block}`,
  headOf: (treeSize, root) => `${entriesOf(treeSize)}, raíz ${root}`,
  since: (head, time) => `${head}, desde ${time}`,
  yesForGood: "sí, para siempre",
  no: "no",
  nobody: "nadie",
  offered: (account, time) => `ofrecido a ${account}, desde ${time}`,
};
