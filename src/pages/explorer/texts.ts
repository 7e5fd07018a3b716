/** The texts of the first page. */
import type { Catalogue } from "../texts/language.ts";

const EN = {
  title: "A ledger that shows when it is altered",
  lead:
    "Every record of this service is in a log that only grows. Its signed state is anchored on a blockchain, so that " +
    "anybody can check a record without trusting whoever runs the service.",
  where: "Where to look",
  verify: "Verify a record, its proof or a photo",
  status: "The state of the service",
  checkpoint: "The newest signed checkpoint of the log",
  api: "The description of the API",
};

const ES: typeof EN = {
  title: "Un libro de registros que delata cualquier cambio",
  lead:
    "Todos los registros de este servicio están en un libro que solo crece. Su estado firmado se ancla en una cadena de " +
    "bloques, de modo que cualquiera puede comprobar un registro sin fiarse de quien gestiona el servicio.",
  where: "Dónde mirar",
  verify: "Verificar un registro, su prueba o una foto",
  status: "El estado del servicio",
  checkpoint: "El último punto de control firmado del libro",
  api: "La descripción de la API",
};

const JA: typeof EN = {
  title: "書き換えれば分かる台帳",
  lead:
    "このサービスの記録はすべて、追記しかできないログに入ります。署名されたログの状態はブロックチェーンに刻まれるため、" +
    "運営者を信用しなくても、誰でも記録を確かめられます。",
  where: "ご案内",
  verify: "記録・証明・写真を検証する",
  status: "サービスの状態",
  checkpoint: "最新の署名付きチェックポイント",
  api: "APIの説明",
};

export const EXPLORER: Catalogue<typeof EN> = { en: EN, es: ES, ja: JA };
