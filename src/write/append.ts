/**
 * Stage append: concealed records become entries at their final leaf indexes. The result is not durable yet; the tree is
 * ahead of the store until the batch is committed, and if that fails, the process ends (fail stop).
 */
import { toHex } from "../core/bytes.ts";
import { sourceIdOf } from "../core/record.ts";
import { entryLeafHash, type EntryKind } from "../core/entry.ts";
import { recordIdOf } from "../core/record-id.ts";
import { sha256 } from "../core/sha256.ts";
import type { NewEntry } from "../store/log-store.ts";
import type { PersonValue } from "../core/person-value.ts";
import type { Attachment } from "../store/vault.ts";
import type { LogTree } from "./log-tree.ts";

/** The body of a record or event, and all that its entry is made from. */
export interface Sealable {
  readonly kind: EntryKind;
  readonly sourceName: string;
  readonly sourceId: Uint8Array;
  readonly seq: number;
  readonly body: Uint8Array;
  /** RFC 9901 text of each; `undefined` if nothing is concealed. */
  readonly openings?: readonly string[] | undefined;
  /** Goes into the vault with the record, even if no claim is concealed. */
  readonly attachments?: readonly Attachment[] | undefined;
  /** Whether some of the attachments are pictures to be published. */
  readonly isToPublish?: boolean | undefined;
  /** Identifiers of the people whose record it is; kept in the vault only. */
  readonly persons?: readonly PersonValue[] | undefined;
  /** POSIX seconds, as in the body. */
  readonly receivedAt: number;
  readonly key?: string | undefined;
  readonly sender?: string | undefined;
}

/** An entry and the hash of its leaf. */
export interface AppendedEntry extends NewEntry {
  readonly leafHash: Uint8Array;
}

/** A new entry, and what the vault keeps with it. */
export interface Appended extends Pick<Sealable, "openings" | "attachments" | "isToPublish" | "persons"> {
  readonly entry: AppendedEntry;
}

/** Appends to the tree, in order. */
export function append(tree: LogTree, items: readonly Sealable[]): Appended[] {
  return items.map((item) => {
    const { openings, attachments, isToPublish, persons } = item;
    return { entry: appendOne(tree, item), openings, attachments, isToPublish, persons };
  });
}

function appendOne(tree: LogTree, item: Sealable): AppendedEntry {
  const { kind, sourceName, sourceId, seq, body, key, sender } = item;
  const bodyDigest = sha256(body);
  const leaf = entryLeafHash({ kind, sourceId, seq, bodyDigest });
  const leafIndex = tree.size;
  tree.append(leaf);
  const id = recordIdOf(leaf, item.receivedAt);
  return { leafIndex, kind, sourceId, sourceName, seq, id, bodyDigest, body, key, sender, leafHash: leaf };
}

/** Id of a source. */
export interface SourceId {
  readonly bytes: Uint8Array;
  /** Lower-case hexadecimal, as it stands in bodies. */
  readonly hex: string;
}

/** Source ids, each computed once. Bounded: a map that holds more sources than a city has is emptied. */
export class SourceIds {
  readonly #origin: string;
  readonly #ids = new Map<string, SourceId>();

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** Id of a source; of the log itself for the name that is its origin. */
  of(name: string): SourceId {
    const known = this.#ids.get(name);
    if (known) return known;
    if (this.#ids.size >= 50_000) this.#ids.clear();
    const bytes = sourceIdOf(this.#origin, name);
    const id = { bytes, hex: toHex(bytes) };
    this.#ids.set(name, id);
    return id;
  }
}
