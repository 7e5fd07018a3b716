/** What each error is and what to do about it, in Spanish. Its own message stands beside it, in English. */
import { ERRORS_ES } from "../../../texts/errors/es.ts";
import type { ErrorTexts } from "./en.ts";

const ASK_NODE = "¿está en marcha el nodo de la cadena? Véase --rpc o WARIFU_RPC_URL";

export const ES: ErrorTexts = {
  meaning: ERRORS_ES,
  advice: {
    SERVICE_UNREACHABLE: "¿está en marcha el servicio? `npx warifu start` lo arranca; --url o WARIFU_URL indican otro",
    UNAUTHENTICATED:
      "dé una clave con --key-file, --key o WARIFU_API_KEY; las primeras están en api-keys.json, en la carpeta de datos",
    NOT_ANCHORED_YET: "pruebe de nuevo en un momento, o deje que espere `npx warifu prove --wait 60`",
    NODE_REFUSED: ASK_NODE,
    CHAIN_UNREACHABLE: ASK_NODE,
    STORE_BEHIND: "reponga la copia más reciente de la carpeta de datos; no se escribió nada",
    STORE_FAILED: "revise el disco y arranque de nuevo el servicio",
  },
};
