/**
 * The log's own keys as the log remembers them, once it has had more than one: which key joined, which one is required,
 * and up to which size a former one counts. The checkpoints over this entry are signed by the earlier keys too, so
 * whoever trusts one of them can follow how it was replaced.
 */
import type { Body } from "../core/body.ts";
import { canonicalJson, type JsonObject } from "../core/json.ts";
import type { LogKeys } from "../core/log-keys.ts";
import { formatVerifierKey } from "../core/note.ts";
import type { EventFold, LogEvent } from "./event.ts";

const VCT = "warifu:log-keys:1";
/** Named after the kind, like the content of every event. */
const CONTENT = "profile";

/** The event by which the log names its keys. */
export function logKeysEvent(log: LogKeys): LogEvent {
  return { kind: "profile", vct: VCT, contentName: CONTENT, content: contentOf(log) };
}

/** The newest of these events. A damaged one is ignored, and the keys are entered again. */
export class EnteredLogKeys implements EventFold {
  readonly kind = "profile";
  readonly counts = "every";
  #newest: string | undefined;

  /** Whether these keys are the ones that the log names. One key alone needs no event, unless there were others before. */
  isNewest(log: LogKeys): boolean {
    if (this.#newest === undefined) return log.further === undefined;
    return this.#newest === canonicalJson(contentOf(log));
  }

  follow(_leafIndex: number, body: Body | undefined): void {
    if (body?.vct === VCT && body.contentName === CONTENT) this.#newest = canonicalJson(body.content);
  }

  damaged(): void {
    // The damage has been reported already.
  }
}

function contentOf(log: LogKeys): JsonObject {
  const further = (log.further ?? []).map(({ key, ...rule }) => ({ vkey: formatVerifierKey(key), ...rule }));
  return { keys: [{ vkey: formatVerifierKey(log) }, ...further] };
}
