// The vectors for other implementations: up to date, and answered by this one as they ask.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { fromBase64, utf8 } from "../../src/core/bytes.ts";
import { verifyConsistency, verifyInclusion } from "../../src/core/merkle.ts";
import { parseNote, parseVerifierKey, verifyNote } from "../../src/core/note.ts";
import { codeOfRefusal } from "../support/expect-code.ts";
import {
  vectorFiles,
  type ConsistencyVector,
  type InclusionVector,
  type NoteVector,
} from "../reference/generate-vectors.ts";

const FOLDER = join(import.meta.dirname, "..", "vectors");
const read = (name: string): string => readFileSync(join(FOLDER, name), "utf8");
const load = <T>(name: string): T[] => JSON.parse(read(name)) as T[];
const bytes = (text: string): Uint8Array => fromBase64(text, "vector");
const isRefused = (act: () => unknown): boolean => codeOfRefusal(act) !== undefined;

/** Asserts that each vector ends as it says, and that there are enough of both kinds to mean something. */
function expectAll<T extends { desc: string; wantErr: boolean }>(
  vectors: readonly T[],
  act: (vector: T) => unknown,
): void {
  const wrong = vectors.filter((vector) => isRefused(() => act(vector)) !== vector.wantErr);
  expect(wrong.map(({ desc }) => desc)).to.deep.equal([]);
  expect(vectors.filter(({ wantErr }) => wantErr).length).to.be.greaterThan(20);
  expect(vectors.filter(({ wantErr }) => !wantErr).length).to.be.greaterThan(4);
  expect(new Set(vectors.map(({ desc }) => desc)).size).to.equal(vectors.length);
}

describe("vectors", () => {
  it("are what the generator writes: run `node test/reference/generate-vectors.ts` otherwise", () => {
    for (const [name, content] of Object.entries(vectorFiles())) expect(read(name), name).to.equal(content);
  });

  it("F2 inclusion", () => {
    expectAll(load<InclusionVector>("inclusion.json"), ({ leafIndex, treeSize, leafHash, rootHash, proof }) => {
      verifyInclusion({
        leafIndex,
        treeSize,
        leafHash: bytes(leafHash),
        rootHash: bytes(rootHash),
        proof: proof.map(bytes),
      });
    });
  });

  it("F2 consistency", () => {
    expectAll(load<ConsistencyVector>("consistency.json"), ({ oldSize, oldRoot, newSize, newRoot, proof }) => {
      verifyConsistency({
        oldSize,
        oldRoot: bytes(oldRoot),
        newSize,
        newRoot: bytes(newRoot),
        proof: proof.map(bytes),
      });
    });
  });

  it("F2 notes", () => {
    expectAll(load<NoteVector>("notes.json"), ({ vkeys, note, text }) => {
      const parsed = parseNote(utf8(note));
      verifyNote(parsed, vkeys.map(parseVerifierKey));
      expect(parsed.text).to.equal(text);
    });
  });
});
