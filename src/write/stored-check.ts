/**
 * Checks what is read: an entry on its way out of the store is compared with the tree, its body with its digest, and a
 * record that conceals something with the vault. At the start, the tree is derived from full tiles, so a row changed below
 * them is found here, or by the audit.
 *
 * Invariant: what does not fit is refused as STORE_DAMAGED, never as the requester's fault, and reported.
 */
import { openClaims, parseBody, type Body } from "../core/body.ts";
import type { BundledBody } from "../core/body-bundle.ts";
import { equalBytes, toHex } from "../core/bytes.ts";
import { parseOpening } from "../core/opening.ts";
import { entryLeafHash } from "../core/entry.ts";
import { codeOf, WarifuError } from "../core/errors.ts";
import { recordIdOf, receivedAtOf } from "../core/record-id.ts";
import { derivedPictureIn, OUT_CLAIM, type DerivedPicture } from "../core/derivation-event.ts";
import type { JsonObject } from "../core/json.ts";
import { picturesIn, type PictureClaim } from "../core/picture.ts";
import { isOriginal, receivedIn } from "../core/received.ts";
import { TILE_WIDTH } from "../core/tile.ts";
import { sha256 } from "../core/sha256.ts";
import type { StoredEntry } from "../store/log-store.ts";
import type { Vault } from "../store/vault.ts";
import type { SourceIds } from "./append.ts";
import type { Original } from "./received-value.ts";
import type { DamagedTile } from "./full-tiles.ts";
import type { LogTree } from "./log-tree.ts";

/** Something that was stored for a leaf and is changed or missing. */
export interface Damage {
  readonly what: "entry" | "openings" | "original" | "tile";
  readonly leafIndex: number;
  /** Never quotes what a record says. */
  readonly reason: string;
}

/** A picture of a record. */
export interface KeptPicture {
  readonly claim: PictureClaim;
  readonly bytes: Uint8Array;
}

/** What came out of a derivation. */
export interface KeptDerived {
  readonly claim: DerivedPicture;
  /** The RFC 9901 text by which anybody finds it in the event's body. */
  readonly opening: string;
  readonly bytes: Uint8Array;
}

/** The damage of a tile, which is named by the first leaf below it. */
export function damageOf({ level, index, isMended }: DamagedTile): Damage {
  const reason = `tile ${level}/${index} is not the one of the tree: ${isMended ? "it was rebuilt in memory" : "it cannot be rebuilt"}`;
  return { what: "tile", leafIndex: index * TILE_WIDTH ** (level + 1), reason };
}

export interface StoredCheckParts {
  readonly tree: LogTree;
  readonly vault: Vault;
  readonly sourceIds: SourceIds;
  /** Whether the log says that the body of an entry is withheld. */
  readonly isWithheld: (leafIndex: number) => boolean;
  /** Where other services write to the log: whether one of them has withheld it, by an event that is not read here yet. */
  readonly isWithheldAbove?: ((leafIndex: number) => Promise<boolean>) | undefined;
  /** Called each time damage is found. */
  readonly onDamage?: ((damage: Damage) => void) | undefined;
}

/** The check of one ledger. */
export class StoredCheck {
  readonly #parts: StoredCheckParts;

  constructor(parts: StoredCheckParts) {
    this.#parts = parts;
  }

  /**
   * The body of an entry, once it is checked to be what was entered; `undefined` once it is withheld.
   * @throws STORE_DAMAGED naming the leaf; STORE_FAILED; BUSY as of {@link LogTree.rangeHash}
   */
  async bodyOf(entry: StoredEntry): Promise<Body | undefined> {
    const { leafIndex } = entry;
    const leaf = await this.#leafOf(entry);
    const body = parsed(entry);
    if (body === "damaged")
      throw this.#damaged({ what: "entry", leafIndex, reason: "its body does not have its digest" });
    if (!body) await this.#assertWithheld(leafIndex);
    if (!equalBytes(entry.sourceId, this.#parts.sourceIds.of(entry.sourceName).bytes))
      throw this.#damaged({ what: "entry", leafIndex, reason: "its source has another name" });
    if (!equalBytes(entry.id, recordIdOf(leaf, body?.iat ?? receivedAtOf(entry))))
      throw this.#damaged({ what: "entry", leafIndex, reason: "its id is another one" });
    return body;
  }

  async #assertWithheld(leafIndex: number): Promise<void> {
    const { isWithheld, isWithheldAbove } = this.#parts;
    // Looked at twice: the event may be read here while the other look goes on.
    if (isWithheld(leafIndex) || (await isWithheldAbove?.(leafIndex)) || isWithheld(leafIndex)) return;
    throw this.#damaged({ what: "entry", leafIndex, reason: "its body is missing, and no event withholds it" });
  }

  /** The body of an entry as a bundle shows it: `apart` if it is damaged or missing, which {@link bodyOf} then reports. */
  bodyToShow({ leafIndex, body, bodyDigest }: StoredEntry): BundledBody {
    if (body === null) return this.#parts.isWithheld(leafIndex) ? "withheld" : "apart";
    return body.length > 0 && equalBytes(sha256(body), bodyDigest) ? body : "apart";
  }

  /**
   * Checks that these are all the entries from one leaf index to another, and that they are those of the tree.
   * @throws STORE_DAMAGED naming the first that is not
   */
  async assertEntries(entries: readonly StoredEntry[], begin: number, end: number): Promise<void> {
    for (let leafIndex = begin; leafIndex < end; leafIndex++) {
      const entry = entries[leafIndex - begin];
      if (entry?.leafIndex !== leafIndex) throw this.missing(leafIndex);
      await this.#leafOf(entry);
    }
  }

  /** The entries from one leaf index to another that are those of the tree; `undefined` for each that is not, reported. */
  async intactEntries(
    entries: readonly StoredEntry[],
    begin: number,
    end: number,
  ): Promise<(StoredEntry | undefined)[]> {
    const found = new Map(entries.map((entry) => [entry.leafIndex, entry]));
    const intact: (StoredEntry | undefined)[] = [];
    for (let leafIndex = begin; leafIndex < end; leafIndex++)
      intact.push(await this.#ifIntact(leafIndex, found.get(leafIndex)));
    return intact;
  }

  async #ifIntact(leafIndex: number, entry: StoredEntry | undefined): Promise<StoredEntry | undefined> {
    if (!entry) return void this.missing(leafIndex);
    try {
      await this.#leafOf(entry);
      return entry;
    } catch (error) {
      if (codeOf(error) !== "STORE_DAMAGED") throw error;
      return undefined;
    }
  }

  /** Reports an entry that is not in the store. @returns its error */
  missing(leafIndex: number): WarifuError {
    return this.#damaged({ what: "entry", leafIndex, reason: "its entry is not in the store" });
  }

  /**
   * The openings of an entry whose body is intact: none where it conceals nothing; `undefined` once they are erased.
   * @throws STORE_DAMAGED they are lost, or do not decrypt; VAULT_FAILED
   */
  async openingsOf(leafIndex: number, body: Body | undefined): Promise<readonly string[] | undefined> {
    if (!body || body.digests.length === 0) return [];
    const openings = await this.#read("openings", leafIndex, (vault) => vault.open(leafIndex));
    if (openings !== "lost") return openings;
    throw this.#damaged({ what: "openings", leafIndex, reason: "its openings are not in the vault" });
  }

  /**
   * The bytes that a record was made from, as its intact body commits to them; `undefined` if there were none, or they are
   * erased.
   * @throws as {@link StoredCheck.openingsOf}; STORE_DAMAGED also when they are lost or are not the same
   */
  async originalOf(leafIndex: number, body: Body | undefined): Promise<Original | undefined> {
    const claims = await this.claimsOf(leafIndex, body);
    const received = claims && receivedIn(claims);
    if (received === undefined) return undefined;
    const found = await this.#read("original", leafIndex, async (vault) => (await vault.attachments(leafIndex))?.[0]);
    if (found === undefined) return undefined;
    if (found !== "lost" && isOriginal(found.bytes, received)) return { received, bytes: found.bytes };
    const reason = `its original bytes in the vault are ${found === "lost" ? "lost" : "not those it commits to"}`;
    throw this.#damaged({ what: "original", leafIndex, reason });
  }

  /**
   * The pictures that a record came with, as its intact body commits to them; none if there were none, `undefined` once they
   * are erased.
   * @throws as {@link StoredCheck.originalOf}
   */
  async picturesOf(leafIndex: number, body: Body | undefined): Promise<readonly KeptPicture[] | undefined> {
    const claims = await this.claimsOf(leafIndex, body);
    if (!claims) return undefined;
    const named = picturesIn(claims);
    if (named.length === 0) return [];
    const kept = await this.#read("original", leafIndex, (vault) => vault.attachments(leafIndex));
    if (kept === undefined) return undefined;
    const first = receivedIn(claims) === undefined ? 0 : 1;
    return named.map((claim, at) => {
      const bytes = kept === "lost" ? undefined : kept[first + at]?.bytes;
      return { claim, bytes: this.#assertPicture(leafIndex, bytes, claim.sha256) };
    });
  }

  /**
   * What came out of a derivation, as its intact body commits to it, with the opening; `undefined` once it is erased.
   * @throws as {@link StoredCheck.originalOf}
   */
  async derivedOf(leafIndex: number, body: Body | undefined): Promise<KeptDerived | undefined> {
    const stated = await this.derivedClaimOf(leafIndex, body);
    if (!stated) return undefined;
    const kept = await this.#read("original", leafIndex, (vault) => vault.attachments(leafIndex));
    if (kept === undefined) return undefined;
    const bytes = kept === "lost" ? undefined : kept[0]?.bytes;
    return { ...stated, bytes: this.#assertPicture(leafIndex, bytes, stated.claim.sha256) };
  }

  /**
   * What a derivation's intact body says that came out, without a look at the bytes; `undefined` once it is erased.
   * @throws as {@link StoredCheck.openingsOf}
   */
  async derivedClaimOf(leafIndex: number, body: Body | undefined): Promise<Omit<KeptDerived, "bytes"> | undefined> {
    const openings = await this.openingsOf(leafIndex, body);
    if (!body || !openings) return undefined;
    const at = openClaims(body, openings).findIndex(({ name }) => name === OUT_CLAIM);
    const opening = openings[at] ?? "";
    const claim = at < 0 ? undefined : derivedPictureIn(parseOpening(opening).value);
    return claim && { claim, opening };
  }

  /** Whether what the vault kept of an entry was erased. @throws VAULT_FAILED */
  isErased(leafIndex: number): Promise<boolean> {
    return this.#parts.vault.isErased(leafIndex);
  }

  /** Whether the vault has anything of an entry, be it readable or not. @throws VAULT_FAILED */
  keeps(leafIndex: number): Promise<boolean> {
    return this.#parts.vault.keeps(leafIndex);
  }

  /**
   * All claims of a record, or members of an event, those that are concealed too; `undefined` once they are erased.
   * @throws as {@link StoredCheck.openingsOf}
   */
  async claimsOf(leafIndex: number, body: Body | undefined): Promise<JsonObject | undefined> {
    const openings = await this.openingsOf(leafIndex, body);
    if (!body || !openings) return undefined;
    const opened = openClaims(body, openings).map(({ name, value }) => [name, value] as const);
    return { ...body.content, ...Object.fromEntries(opened) };
  }

  #assertPicture(leafIndex: number, bytes: Uint8Array | undefined, hash: string): Uint8Array {
    if (bytes && toHex(sha256(bytes)) === hash) return bytes;
    const reason = `its picture in the vault is ${bytes ? "not the one it commits to" : "lost"}`;
    throw this.#damaged({ what: "original", leafIndex, reason });
  }

  /** What the vault keeps of a record; `undefined` once it is erased. */
  async #read<T>(
    what: "openings" | "original",
    leafIndex: number,
    read: (vault: Vault) => Promise<T | undefined>,
  ): Promise<T | "lost" | undefined> {
    const { vault } = this.#parts;
    try {
      return (await read(vault)) ?? ((await vault.isErased(leafIndex)) ? undefined : "lost");
    } catch (error) {
      if (codeOf(error) !== "VAULT_DAMAGED") throw error;
      const kept = what === "openings" ? what : "original bytes";
      throw this.#damaged({ what, leafIndex, reason: `its ${kept} in the vault do not decrypt` }, error);
    }
  }

  /** Hash of the leaf. @throws STORE_DAMAGED when the entry is not the one in the tree */
  async #leafOf(entry: StoredEntry): Promise<Uint8Array> {
    const { leafIndex, unreadable } = entry;
    if (unreadable !== undefined) throw this.#damaged({ what: "entry", leafIndex, reason: unreadable });
    const leaf = await this.#leafInTree(leafIndex);
    if (!leaf || !equalBytes(leaf, leafOf(entry)))
      throw this.#damaged({ what: "entry", leafIndex, reason: "its entry is not the one in the tree" });
    return leaf;
  }

  async #leafInTree(leafIndex: number): Promise<Uint8Array | undefined> {
    try {
      return await this.#parts.tree.rangeHash({ begin: leafIndex, end: leafIndex + 1 });
    } catch (error) {
      if (codeOf(error) === "STORE_DAMAGED") return undefined;
      throw error;
    }
  }

  #damaged(damage: Damage, cause?: unknown): WarifuError {
    this.#parts.onDamage?.(damage);
    const { leafIndex, reason } = damage;
    return new WarifuError(
      "STORE_DAMAGED",
      `what is stored for leaf ${leafIndex} is damaged: ${reason}. The operator must restore it`,
      { cause, details: { leafIndex } },
    );
  }
}

/** Empty if the columns do not have the lengths of an entry's fields. */
function leafOf(entry: StoredEntry): Uint8Array {
  try {
    return entryLeafHash(entry);
  } catch {
    return new Uint8Array();
  }
}

function parsed({ body, bodyDigest }: StoredEntry): Body | "damaged" | undefined {
  if (body === null) return undefined;
  if (!equalBytes(sha256(body), bodyDigest)) return "damaged";
  try {
    return parseBody(body);
  } catch {
    return "damaged";
  }
}
