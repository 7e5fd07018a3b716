/**
 * Removes partial files once the full ones are shown, also where a copy ended in between: the storage itself remembers at
 * which sizes there may be some, in an object that is written before they are.
 */
import { bodyBundlePath } from "../core/body-bundle.ts";
import { fromUtf8, utf8 } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import { parseJson } from "../core/json.ts";
import { tilePath, TILE_WIDTH, type TileName } from "../core/tile.ts";
import { filledSince } from "./log-layout.ts";
import type { ObjectStore } from "./object-store.ts";

/** Sizes of the log, as a list in JSON. */
const SIZES_KEY = "partial-at";
const MAX_SIZES_BYTES = 65_536;

/** The partial files of one copy. */
export class PartialFiles {
  readonly #storage: ObjectStore;
  // At whose right edge partial files may lie that nobody needs any more; `undefined`: to be read from the storage.
  #sizes: number[] | undefined;
  #version: string | undefined;

  constructor(storage: ObjectStore) {
    this.#storage = storage;
  }

  /** To be called before files of `size` are written where those of `before` lie. @throws as {@link ObjectStore} */
  async expect(before: number, size: number): Promise<void> {
    const sizes = [...new Set([...(await this.#read()), before, size])];
    // As long as no tile fills up, both sizes have their partial files in the same place.
    if (filledSince(before, size).length === 0) return;
    await this.#write(sizes);
  }

  /** Removes those that are full in a log of `size`, which is shown. @throws as {@link ObjectStore} */
  async removeFilled(size: number): Promise<void> {
    const sizes = await this.#read();
    const filled = new Map<string, TileName>();
    for (const before of sizes) for (const name of filledSince(before, size)) filled.set(tilePath(name), name);
    for (const name of filled.values())
      for (const path of pathsOf(name))
        for (const key of await this.#storage.keysBelow(`${path}.p/`)) await this.#storage.remove(key);
    // What is partial at those sizes and at this one lies in the same place, and the next size names it again.
    this.#sizes = sizes.filter((before) => before > size);
  }

  async #read(): Promise<readonly number[]> {
    if (this.#sizes) return this.#sizes;
    const found = await this.#storage.read(SIZES_KEY, MAX_SIZES_BYTES);
    this.#version = found?.version;
    return (this.#sizes = found ? sizesIn(found.bytes) : []);
  }

  async #write(sizes: number[]): Promise<void> {
    const bytes = utf8(`${JSON.stringify(sizes)}\n`);
    const object = { bytes, contentType: "application/json", cacheControl: "no-store" };
    const isWritten =
      this.#version === undefined
        ? await this.#storage.create(SIZES_KEY, object)
        : await this.#storage.replace(SIZES_KEY, object, this.#version);
    this.#sizes = undefined;
    if (!isWritten)
      throw new WarifuError("SERVICE_UNREACHABLE", `the storage at ${this.#storage.name}: two are copying`);
    await this.#read();
  }
}

function pathsOf(name: TileName): readonly string[] {
  return name.level === "entries" ? [tilePath(name), bodyBundlePath(name.index, TILE_WIDTH)] : [tilePath(name)];
}

function sizesIn(bytes: Uint8Array): number[] {
  const value = parseJson(fromUtf8(bytes, "sizes"), "sizes");
  if (!Array.isArray(value) || !value.every((size) => Number.isSafeInteger(size) && Number(size) >= 0))
    throw new WarifuError("CONSISTENCY_MISMATCH", `${SIZES_KEY} is not a list of sizes`);
  return value.map(Number);
}
