/**
 * Copies the bodies of a log's entries to object storage, if that is wanted: as bundles of up to 256, like the service's
 * `/log/bodies/`, and one by one where a bundle has no room (docs/formats.md, section 11).
 *
 * Invariants: the marker that bodies are there appears after them and before the checkpoint that covers them. A body that the
 * log withholds is taken out of everything that holds it, whether or not bodies are still copied, and is not entered again;
 * each start looks for all of them once more. Nothing is put where former versions stay.
 */
import { ADDENDA_MARKER, addendumPath } from "../core/addenda.ts";
import {
  bodyBundlePath,
  decodeBodyBundle,
  encodeBodyBundle,
  MAX_BUNDLED_BYTES,
  parseBodyBundlePath,
  type BundledBody,
} from "../core/body-bundle.ts";
import { equalBytes } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import { TILE_WIDTH } from "../core/tile.ts";
import { CHECKPOINT_CACHE, TILE_TYPE } from "./headers.ts";
import type { NewObject, ObjectStore } from "./object-store.ts";

/** Bytes of the largest bundle of bodies, with their lengths. */
export const MAX_BODIES_BYTES = MAX_BUNDLED_BYTES + TILE_WIDTH * 4;
/** Of one body. */
export const MAX_BODY_BYTES = 1_048_576;
/** Written and removed at each start. */
const VERSIONS_PROBE = "versions-probe";

/** The bodies to copy. */
export interface CopiedBodies {
  /** Bytes of a bundle of bodies; `undefined` when the published log does not reach there. */
  bodies(index: number, width: number): Promise<Uint8Array | undefined>;
  /** The body with that SHA-256; `undefined` when it is gone. @throws STORE_DAMAGED */
  addendum(digest: Uint8Array): Promise<Uint8Array | undefined>;
  /** SHA-256 of the body of a published leaf. @throws STORE_DAMAGED */
  bodyDigest(leafIndex: number): Promise<Uint8Array>;
  isWithheld(leafIndex: number): boolean;
  /** Leaf indexes of the entries whose bodies are withheld; they become more, never fewer. */
  withheld(): Iterable<number>;
  readonly withheldCount: number;
}

/** What is copied, and where to. */
export interface BodyCopyParts {
  readonly log: CopiedBodies;
  readonly storage: ObjectStore;
  /** Whether bodies are to be there. What is withheld is taken out in any case. */
  readonly isWanted: boolean;
}

/** Keeps the bodies of a copy up to date. */
export class BodyCopy {
  readonly #parts: BodyCopyParts;
  // Leaf indexes of bodies that are withheld and are not there, as this process found out.
  readonly #gone = new Set<number>();
  // Whether all bodies are there that the shown checkpoint covers; `undefined`: to be looked up.
  #isComplete: boolean | undefined;

  constructor(parts: BodyCopyParts) {
    this.#parts = parts;
  }

  /**
   * From which size on bodies are missing where the storage shows a log of `shown` entries; `undefined` where none are wanted.
   * @throws CONFIG_INVALID the storage keeps former versions, so that nothing could be withheld; as {@link ObjectStore}
   */
  async missingFrom(shown: number): Promise<number | undefined> {
    const { storage, isWanted } = this.#parts;
    if (this.#isComplete === undefined && !isWanted) await storage.remove(ADDENDA_MARKER);
    if (this.#isComplete === undefined && isWanted) await this.#proveForgetting();
    this.#isComplete ??= isWanted && (await storage.read(ADDENDA_MARKER, 0)) !== undefined;
    if (!isWanted) return undefined;
    return this.#isComplete ? shown : 0;
  }

  /**
   * Copies a bundle.
   * @throws CONSISTENCY_MISMATCH another body lies there; STORE_DAMAGED a body that is not withheld cannot be read; as
   *   {@link ObjectStore}
   */
  async copy(index: number, width: number): Promise<void> {
    const { log, storage } = this.#parts;
    const key = bodyBundlePath(index, width);
    const bytes = await log.bodies(index, width);
    if (!bytes) throw new WarifuError("STORE_DAMAGED", `the log does not have its own ${key}`);
    const wanted = this.#withoutWithheld(index, decodeBodyBundle(bytes, width));
    for (const [at, body] of wanted.entries()) if (body === "apart") await this.#copyApart(index * TILE_WIDTH + at);
    const object = changeable(encodeBodyBundle(wanted));
    if (await storage.create(key, object)) return;
    // An earlier round came this far. What was withheld or repaired since is no contradiction.
    const found = await storage.read(key, MAX_BODIES_BYTES);
    if (found && equalBytes(found.bytes, object.bytes)) return;
    const there = found && this.#decoded(key, found.bytes, width);
    if (!there?.every((body, at) => isSameOrAbsent(body, wanted[at])))
      throw this.#conflict(`its ${key} has other bodies than those of this log`);
    await this.#replace(key, object, found?.version ?? "");
  }

  /** Says that the bodies are there: all that the next checkpoint covers. @throws as {@link ObjectStore} */
  async complete(): Promise<void> {
    if (this.#isComplete || !this.#parts.isWanted) return;
    await this.#parts.storage.create(ADDENDA_MARKER, changeable(new Uint8Array()));
    this.#isComplete = true;
  }

  /**
   * Takes out every body that the log withholds and that this process has not taken out yet.
   * @throws CONSISTENCY_MISMATCH what lies there is no bundle; as {@link ObjectStore}
   */
  async takeOutWithheld(): Promise<void> {
    const { log } = this.#parts;
    if (this.#gone.size === log.withheldCount) return;
    const byBundle = Map.groupBy(this.#toTakeOut(), (leafIndex) => Math.floor(leafIndex / TILE_WIDTH));
    for (const [index, leafIndexes] of byBundle) {
      await this.#takeOut(index, new Set(leafIndexes));
      for (const leafIndex of leafIndexes) this.#gone.add(leafIndex);
    }
  }

  *#toTakeOut(): Iterable<number> {
    for (const leafIndex of this.#parts.log.withheld()) if (!this.#gone.has(leafIndex)) yield leafIndex;
  }

  async #takeOut(index: number, leafIndexes: ReadonlySet<number>): Promise<void> {
    const { log, storage } = this.#parts;
    const full = bodyBundlePath(index, TILE_WIDTH);
    for (const key of [full, ...(await storage.keysBelow(`${full}.p/`))]) {
      const width = widthIn(key);
      // Half a file of a writer that died.
      if (width === undefined) await storage.remove(key);
      else await this.#blank(key, width, index);
    }
    for (const leafIndex of leafIndexes) await storage.remove(addendumPath(await log.bodyDigest(leafIndex)));
  }

  async #blank(key: string, width: number, index: number): Promise<void> {
    const { storage } = this.#parts;
    const found = await storage.read(key, MAX_BODIES_BYTES);
    if (!found) return;
    const bytes = encodeBodyBundle(this.#withoutWithheld(index, this.#decoded(key, found.bytes, width)));
    if (!equalBytes(bytes, found.bytes)) await this.#replace(key, changeable(bytes), found.version);
  }

  #withoutWithheld(index: number, bodies: readonly BundledBody[]): BundledBody[] {
    return bodies.map((body, at) => (this.#parts.log.isWithheld(index * TILE_WIDTH + at) ? "withheld" : body));
  }

  #decoded(key: string, bytes: Uint8Array, width: number): BundledBody[] {
    try {
      return decodeBodyBundle(bytes, width);
    } catch (cause) {
      throw this.#conflict(`its ${key} is not a bundle of bodies`, cause);
    }
  }

  async #copyApart(leafIndex: number): Promise<void> {
    const { log, storage } = this.#parts;
    const digest = await log.bodyDigest(leafIndex);
    const body = await log.addendum(digest);
    if (body) await storage.create(addendumPath(digest), changeable(body));
  }

  async #replace(key: string, object: NewObject, version: string): Promise<void> {
    const { storage } = this.#parts;
    if (await storage.replace(key, object, version)) return;
    throw new WarifuError("SERVICE_UNREACHABLE", `the storage at ${storage.name}: somebody else replaced ${key}`);
  }

  async #proveForgetting(): Promise<void> {
    const { storage } = this.#parts;
    await storage.remove(VERSIONS_PROBE);
    await storage.create(VERSIONS_PROBE, changeable(new Uint8Array()));
    const found = await storage.read(VERSIONS_PROBE, 0);
    await storage.remove(VERSIONS_PROBE);
    if (found?.isKept !== true) return;
    throw new WarifuError(
      "CONFIG_INVALID",
      `the storage at ${storage.name} keeps former versions of what is replaced: a body that is withheld would stay there; ` +
        'turn versions off, or leave out "bodies"',
    );
  }

  #conflict(what: string, cause?: unknown): WarifuError {
    return new WarifuError("CONSISTENCY_MISMATCH", `the storage at ${this.#parts.storage.name}: ${what}`, { cause });
  }
}

/** Cached no longer than a checkpoint, since a body may be withheld. */
function changeable(bytes: Uint8Array): NewObject {
  return { bytes, contentType: TILE_TYPE, cacheControl: CHECKPOINT_CACHE };
}

function isSameOrAbsent(body: BundledBody, other: BundledBody | undefined): boolean {
  return typeof body === "string" || other === undefined || typeof other === "string" || equalBytes(body, other);
}

function widthIn(key: string): number | undefined {
  try {
    return parseBodyBundlePath(key.slice("bodies/".length)).width;
  } catch {
    return undefined;
  }
}
