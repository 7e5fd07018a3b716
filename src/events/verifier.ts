/**
 * The verifier's files as the log remembers them: which bytes the service handed out, and since when. Whoever is handed
 * another file under the same name can show that it is not the one that everybody gets.
 */
import type { Body } from "../core/body.ts";
import { canonicalJson, type JsonObject } from "../core/json.ts";
import type { EventFold, LogEvent } from "./event.ts";

const VCT = "warifu:verifier:1";
/** Named after the kind, like the content of every event. */
const CONTENT = "profile";

/** A file and its SHA-256, hexadecimal. */
export interface VerifierFile {
  readonly name: string;
  readonly sha256: string;
}

/** The event by which the service says which files it hands out. */
export function verifierEvent(files: readonly VerifierFile[]): LogEvent {
  return { kind: "profile", vct: VCT, contentName: CONTENT, content: contentOf(files) };
}

/** The newest of these events. A damaged one is ignored, and the files are entered again. */
export class EnteredVerifier implements EventFold {
  readonly kind = "profile";
  readonly counts = "every";
  #newest = "";

  /** Whether these files are the ones that the log names. */
  isNewest(files: readonly VerifierFile[]): boolean {
    return this.#newest === canonicalJson(contentOf(files));
  }

  follow(_leafIndex: number, body: Body | undefined): void {
    if (body?.vct === VCT && body.contentName === CONTENT) this.#newest = canonicalJson(body.content);
  }

  damaged(): void {
    // The damage has been reported already.
  }
}

function contentOf(files: readonly VerifierFile[]): JsonObject {
  return { files: files.map(({ name, sha256 }) => ({ name, sha256 })) };
}
