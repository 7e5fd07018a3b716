/** Why records are refused, in a few words for each code; other codes are shown as they are. */
import { numberInWords } from "../../texts/formats.ts";
import type { Catalogue } from "../../../texts/languages.ts";
import { textsIn } from "../../texts/language.ts";

const EN = {
  CLAIMS_INVALID: "not as its profile says",
  ENCODING_INVALID: "wrongly encoded",
  IDEMPOTENCY_CONFLICT: "same key, other content",
  KEY_INVALID: "invalid key",
  LOG_NOT_OPEN: "log takes none now",
  PICTURE_INVALID: "damaged picture",
  PICTURE_UNSUPPORTED: "unknown sort of picture",
  PROFILE_UNKNOWN: "unknown type",
  RATE_LIMITED: "too many at a time",
  RECORD_INVALID: "not a record",
  SEQUENCE_CONFLICT: "number used or too far ahead",
  SIGNATURE_REQUIRED: "not signed",
  SOURCE_KEY_REFUSED: "signed with a key that does not count",
  SOURCE_SIGNATURE_INVALID: "wrong signature",
  SOURCE_SUSPENDED: "source is suspended",
  TOO_LARGE: "too large",
};

const ES: typeof EN = {
  CLAIMS_INVALID: "no cumple su perfil",
  ENCODING_INVALID: "mal codificado",
  IDEMPOTENCY_CONFLICT: "misma clave, otro contenido",
  KEY_INVALID: "clave no válida",
  LOG_NOT_OPEN: "el libro no los admite ahora",
  PICTURE_INVALID: "imagen dañada",
  PICTURE_UNSUPPORTED: "tipo de imagen desconocido",
  PROFILE_UNKNOWN: "tipo desconocido",
  RATE_LIMITED: "demasiados a la vez",
  RECORD_INVALID: "no es un registro",
  SEQUENCE_CONFLICT: "número usado o demasiado adelantado",
  SIGNATURE_REQUIRED: "sin firma",
  SOURCE_KEY_REFUSED: "firmado con una clave que no vale",
  SOURCE_SIGNATURE_INVALID: "firma incorrecta",
  SOURCE_SUSPENDED: "fuente suspendida",
  TOO_LARGE: "demasiado grande",
};

const JA: typeof EN = {
  CLAIMS_INVALID: "プロファイルに合わない",
  ENCODING_INVALID: "文字コードの誤り",
  IDEMPOTENCY_CONFLICT: "同じキーで内容が異なる",
  KEY_INVALID: "鍵が不正",
  LOG_NOT_OPEN: "ログの受付期間外",
  PICTURE_INVALID: "画像の破損",
  PICTURE_UNSUPPORTED: "未対応の画像形式",
  PROFILE_UNKNOWN: "未知の種類",
  RATE_LIMITED: "一度に送りすぎ",
  RECORD_INVALID: "記録の形式でない",
  SEQUENCE_CONFLICT: "番号が使用済みか先に進みすぎ",
  SIGNATURE_REQUIRED: "署名がない",
  SOURCE_KEY_REFUSED: "無効な鍵による署名",
  SOURCE_SIGNATURE_INVALID: "署名の誤り",
  SOURCE_SUSPENDED: "送信元が停止中",
  TOO_LARGE: "大きすぎる",
};

const REFUSALS: Catalogue<typeof EN> = { en: EN, es: ES, ja: JA };

/** How many, and why. */
export function refusalsInWords(refused: number, byCode: Readonly<Record<string, number>>): string {
  const words: Readonly<Record<string, string>> = textsIn(REFUSALS);
  const reasons = Object.entries(byCode).sort(([, a], [, b]) => b - a);
  const told = reasons.map(([code, count]) => `${words[code] ?? code} ${numberInWords(count)}`);
  return told.length === 0 ? numberInWords(refused) : `${numberInWords(refused)} (${told.join(", ")})`;
}
