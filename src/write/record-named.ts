/**
 * The source and type that a refused submission claims, for counting refusals by source; `undefined` where none can be
 * read.
 */
import { isJsonObject, parseJsonBytes, type JsonValue } from "../core/json.ts";
import { parseJws } from "../core/jws.ts";
import { SOURCE_NAME } from "../core/record.ts";
import { ConcealedLine } from "./concealed-line.ts";
import { PicturedValue } from "./pictured-value.ts";
import { ReceivedValue } from "./received-value.ts";
import { CheckedValue, VerifiedRecord, type SubmittedAlone } from "./signed-submission.ts";

/** What a submission says of itself. */
export interface NamedRecord {
  readonly source: string;
  /** Empty where it says none. */
  readonly type: string;
}

/** The name, if it is one that a source may have: nothing else that was sent is passed on. */
export function recordNamed(submitted: SubmittedAlone | PicturedValue | ConcealedLine): NamedRecord | undefined {
  if (submitted instanceof ConcealedLine) return submitted.named;
  if (submitted instanceof VerifiedRecord) return submitted.record;
  const isWrapped =
    submitted instanceof PicturedValue || submitted instanceof ReceivedValue || submitted instanceof CheckedValue;
  return isWrapped ? recordNamed(submitted.value) : namedIn(submitted);
}

function namedIn(value: JsonValue): NamedRecord | undefined {
  if (!isJsonObject(value)) return undefined;
  const { jws, source, type } = value;
  if (typeof jws === "string") return namedInJws(jws);
  if (typeof source !== "string" || !SOURCE_NAME.test(source)) return undefined;
  return { source, type: typeof type === "string" ? type : "" };
}

function namedInJws(jws: string): NamedRecord | undefined {
  try {
    const payload = parseJsonBytes(parseJws(jws).payload, "payload");
    return isJsonObject(payload) && !Object.hasOwn(payload, "jws") ? namedIn(payload) : undefined;
  } catch {
    // It is refused for that already.
    return undefined;
  }
}
