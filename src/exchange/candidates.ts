/**
 * Which records of the log go to a partner, by the partner's settings: records of a type, if their theme is shared or
 * they are about a record that was exchanged. Whether the law lets them go is decided later, by the gate.
 */
import type { Body } from "../core/body.ts";
import { formatRecordId, parseRecordId } from "../core/record-id.ts";
import type { StoredEntry } from "../store/log-store.ts";
import type { OpenLog } from "../write/open-log.ts";
import { ABOUT_RECORD } from "../privacy/received-record.ts";
import type { Known } from "./correspondence.ts";
import type { Share } from "./partners.ts";

/** A record that may have to go. */
export interface Candidate {
  readonly leafIndex: number;
  readonly id: string;
  readonly type: string;
  /** Code of its theme. */
  readonly theme?: string;
  /** Id of the record that it is about. */
  readonly about?: string;
}

/** The type of record by which a city says what a theme is. */
const THEME_TYPE = "city-theme";
const PAGE = 500;

/** The records of one log, read once and again as they enter. */
export class Candidates {
  readonly #log: Pick<OpenLog, "store" | "check" | "events">;
  readonly #types: ReadonlySet<string>;
  readonly #found = new Map<number, Candidate>();
  readonly #leaves = new Map<string, number>();
  readonly #sharedThemes = new Set<string>();
  #read = 0;

  /** @param types those that go to any partner */
  constructor(log: Pick<OpenLog, "store" | "check" | "events">, types: ReadonlySet<string>) {
    this.#log = log;
    this.#types = types;
  }

  /** Reads what entered since. @throws STORE_DAMAGED, STORE_FAILED */
  async catchUp(): Promise<void> {
    for (const size = this.#log.store.treeSize(); this.#read < size;) {
      const page = await this.#log.store.entries(this.#read, Math.min(this.#read + PAGE, size));
      for (const entry of page) await this.#note(entry);
      this.#read = Math.min(this.#read + PAGE, size);
    }
  }

  /** Those that belong to what is shared with a partner and were not given to it, in the order of the log. */
  *open(shares: readonly Share[], known: Known): Iterable<readonly [Candidate, Share]> {
    for (const candidate of this.#found.values()) {
      const share = shares.find(({ type }) => type === candidate.type);
      if (!share || known.taken.has(candidate.leafIndex) || known.given.has(candidate.leafIndex)) continue;
      if (this.#belongs(candidate, share, known)) yield [candidate, share];
    }
  }

  /** The record of a leaf, if it is of a type that goes to anybody. */
  at(leafIndex: number): Candidate | undefined {
    return this.#found.get(leafIndex);
  }

  /** Where the record of an id stands, if it is of such a type. */
  leafOf(id: string): number | undefined {
    return this.#leaves.get(id);
  }

  #belongs({ theme, about }: Candidate, { when }: Share, known: Known): boolean {
    if (when === "always") return true;
    if (when === "shared-theme") return theme !== undefined && this.#sharedThemes.has(theme);
    const leaf = about === undefined ? undefined : this.leafOf(about);
    return leaf !== undefined && (known.given.has(leaf) || known.taken.has(leaf));
  }

  async #note(entry: StoredEntry): Promise<void> {
    if (entry.kind !== "record") return;
    const body = await this.#log.check.bodyOf(entry);
    const type = body?.vct.split(":")[1];
    if (!body || type === undefined) return;
    const id = formatRecordId(entry.id);
    if (this.#types.has(type)) this.#leaves.set(id, entry.leafIndex);
    if (type === THEME_TYPE) this.#noteTheme(body);
    if (this.#types.has(type))
      this.#found.set(entry.leafIndex, { leafIndex: entry.leafIndex, id, type, ...aboutOf(body) });
  }

  /** A later record of a theme takes the place of an earlier one. */
  #noteTheme({ content }: Body): void {
    const { theme, scope, visibility } = content;
    if (typeof theme !== "string") return;
    if (scope === "shared" && visibility !== "members") this.#sharedThemes.add(theme);
    else this.#sharedThemes.delete(theme);
  }
}

function aboutOf({ content }: Body): Pick<Candidate, "theme" | "about"> {
  const { theme, [ABOUT_RECORD]: about } = content;
  return {
    ...(typeof theme === "string" && { theme }),
    ...(typeof about === "string" && isRecordId(about) && { about }),
  };
}

function isRecordId(text: string): boolean {
  try {
    parseRecordId(text);
    return true;
  } catch {
    return false;
  }
}
