/** A profile as the log holds it: the document by which records of its type are accepted from then on. */
import type { Body } from "../core/body.ts";
import { canonicalJson, type JsonObject } from "../core/json.ts";
import type { ProfileDocument } from "../profiles/profile.ts";
import type { EventFold, LogEvent } from "./event.ts";

const VCT = "warifu:profile:1";
const CONTENT = "profile";

/** The event by which a profile comes into force. */
export function profileEvent(document: ProfileDocument): LogEvent {
  return { kind: "profile", vct: VCT, contentName: CONTENT, content: document as JsonObject };
}

/** The newest version of each profile. A damaged or erased one is ignored, and entered again. */
export class EnteredProfiles implements EventFold {
  readonly kind = "profile";
  readonly counts = "every";
  readonly #newest = new Map<string, string>();

  /** Whether the newest profile of that type is this one. */
  isNewest(document: ProfileDocument): boolean {
    return this.#newest.get(document.type) === canonicalJson(document as JsonObject);
  }

  follow(_leafIndex: number, body: Body | undefined): void {
    if (body?.vct === VCT && body.contentName === CONTENT)
      this.#newest.set(String(body.content["type"]), canonicalJson(body.content));
  }

  damaged(): void {
    // The damage has been reported already.
  }
}
