/** A service that speaks LibreTranslate's interface (https://docs.libretranslate.com): `POST /translate` with a list of texts. */
import { isUtf8 } from "node:buffer";
import { fromUtf8 } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import { boundedBody, whyFetchFailed } from "../core/fetched.ts";
import { isJsonObject, parseJson, type JsonValue } from "../core/json.ts";
import { pairName, type Pair, type Translated, type Translator } from "./translator.ts";

export interface LibreTranslateOptions {
  /** Base address, such as `http://127.0.0.1:5000`. */
  readonly url: string;
  readonly version: string;
  readonly apiKey?: string | undefined;
  readonly recipient?: string | undefined;
  readonly pairs: readonly Pair[];
  readonly timeoutMs: number;
}

const MAX_ANSWER_BYTES = 1_048_576;

/** A translator behind that interface. */
export function libreTranslate(options: LibreTranslateOptions): Translator {
  const offered = new Set(options.pairs.map(pairName));
  return {
    recipient: options.recipient,
    offers: (pair) => offered.has(pairName(pair)),
    async translate(texts, pair): Promise<Translated> {
      const answer = await asked(texts, pair, options);
      return { texts: textsOf(answer, texts.length), tool: "libretranslate", version: options.version };
    },
    close: async () => undefined,
  };
}

/** @throws SERVICE_UNREACHABLE */
async function asked(
  texts: readonly string[],
  { from, to }: Pair,
  { url, apiKey, timeoutMs }: LibreTranslateOptions,
): Promise<Uint8Array> {
  const body = { q: texts, source: from, target: to, format: "text", ...(apiKey !== undefined && { api_key: apiKey }) };
  try {
    // A redirection could lead anywhere.
    const response = await fetch(new URL("translate", url.endsWith("/") ? url : `${url}/`), {
      ...{ method: "POST", redirect: "error", headers: { "content-type": "application/json" } },
      ...{ body: JSON.stringify(body), signal: AbortSignal.timeout(timeoutMs) },
    });
    const answer = await boundedBody(response, MAX_ANSWER_BYTES);
    // What it says of the reason may repeat what it was sent.
    if (response.status !== 200) throw unusable(`answered ${response.status}`);
    return answer;
  } catch (error) {
    throw unusable(whyFetchFailed(error, timeoutMs), error);
  }
}

/** @throws SERVICE_UNREACHABLE */
function textsOf(answer: Uint8Array, count: number): string[] {
  let value: JsonValue | undefined;
  try {
    value = isUtf8(answer) ? parseJson(fromUtf8(answer, "answer"), "answer") : undefined;
  } catch {
    // The parser's words may quote the answer.
    throw unusable("did not answer in JSON");
  }
  const texts = value !== undefined && isJsonObject(value) ? value["translatedText"] : undefined;
  if (!Array.isArray(texts) || texts.length !== count || !texts.every((text) => typeof text === "string"))
    throw unusable("did not answer with a translation of each text");
  return texts;
}

function unusable(why: string, cause?: unknown): WarifuError {
  return new WarifuError("SERVICE_UNREACHABLE", `the service that translates cannot be used: ${why}`, { cause });
}
