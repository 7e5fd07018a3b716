// Writes test/vectors: proofs and notes, most of them broken in one way each, for other implementations.
//
//     node test/reference/generate-vectors.ts
//
// Made from the naive transcription of the RFC and node:crypto alone. Fixed keys and leaves: the same files in every run,
// and a test fails while they are not what this program writes. Form of a vector:
//   inclusion    desc, wantErr, leafIndex, treeSize, leafHash, rootHash, proof           (hashes in base64)
//   consistency  desc, wantErr, oldSize, oldRoot, newSize, newRoot, proof
//   notes        desc, wantErr, vkeys, note, text (where it holds)
// `wantErr` says that a verifier must refuse. Sizes and indexes may be numbers that no tree can have.

import { createHash, createPrivateKey, createPublicKey, sign, type KeyObject } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import {
  naiveConsistencyProof,
  naiveInclusionProof,
  naiveLeafHash,
  naiveRangeHash,
  naiveVerifyConsistency,
  naiveVerifyInclusion,
} from "./naive-merkle.ts";

type Proof = readonly Uint8Array[];
export type InclusionVector = {
  desc: string;
  wantErr: boolean;
  leafIndex: number;
  treeSize: number;
  leafHash: string;
  rootHash: string;
  proof: string[];
};
export type ConsistencyVector = {
  desc: string;
  wantErr: boolean;
  oldSize: number;
  oldRoot: string;
  newSize: number;
  newRoot: string;
  proof: string[];
};
export type NoteVector = { desc: string; wantErr: boolean; vkeys: string[]; note: string; text?: string };

const LEAVES = Array.from({ length: 130 }, (_, index) => naiveLeafHash(Buffer.from(`leaf ${index}`)));
const range = naiveRangeHash(LEAVES);
const hash: (start: number, end: number) => Uint8Array = range;
const FOREIGN = createHash("sha256").update("foreign").digest();
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
const flipped = (bytes: Uint8Array, bit: number): Uint8Array =>
  Uint8Array.from(bytes, (byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
const replaced = (proof: Proof, at: number, ...hashes: Uint8Array[]): Proof => proof.toSpliced(at, 1, ...hashes);

/** Proofs broken in one place, by what was done. */
function brokenProofs(proof: Proof, root: Uint8Array): [string, Proof][] {
  const broken: [string, Proof][] = [
    ["a foreign hash in front", [FOREIGN, ...proof]],
    ["a foreign hash behind", [...proof, FOREIGN]],
    ["the root behind", [...proof, root]],
  ];
  for (const [at, one] of proof.entries()) {
    broken.push([`hash ${at}: bit ${(at * 37) % 256} flipped`, replaced(proof, at, flipped(one, (at * 37) % 256))]);
    broken.push([`hash ${at}: replaced`, replaced(proof, at, FOREIGN)]);
    broken.push([`hash ${at}: dropped`, replaced(proof, at)]);
    broken.push([`hash ${at}: twice`, replaced(proof, at, one, one)]);
    broken.push([`hash ${at}: one byte short`, replaced(proof, at, one.subarray(1))]);
  }
  const [first, second] = proof;
  if (first && second) broken.push(["the first two hashes swapped", [second, first, ...proof.slice(2)]]);
  return broken;
}

/** Inclusion: valid proofs of some places, and everything broken about them. */
function inclusionVectors(): InclusionVector[] {
  const places: [number, number][] = [
    [0, 1],
    [0, 2],
    [1, 2],
    [2, 3],
    [4, 7],
    [7, 8],
    [8, 9],
    [77, 130],
  ];
  return places.flatMap(([leafIndex, treeSize]) => {
    const proof: Proof = naiveInclusionProof(range, leafIndex, 0, treeSize);
    const good = { leafIndex, treeSize, leafHash: LEAVES[leafIndex] as Uint8Array, rootHash: hash(0, treeSize), proof };
    const claims: [string, Partial<typeof good>][] = [
      ["valid", {}],
      ["another leaf", { leafHash: FOREIGN }],
      ["another root", { rootHash: FOREIGN }],
      ["an empty root", { rootHash: new Uint8Array(0) }],
      ["a leaf hash of 31 bytes", { leafHash: good.leafHash.subarray(1) }],
      ["leaf index + 1", { leafIndex: leafIndex + 1 }],
      ["leaf index - 1", { leafIndex: leafIndex - 1 }],
      ["leaf index = tree size", { leafIndex: treeSize }],
      ["leaf index with a fraction", { leafIndex: leafIndex + 0.5 }],
      ["tree size + 1 (may hold: a root does not bind its size)", { treeSize: treeSize + 1 }],
      ["tree size doubled", { treeSize: treeSize * 2 }],
      ["tree size 0", { treeSize: 0 }],
      ["tree size of 2^53", { treeSize: 2 ** 53 }],
      ...brokenProofs(proof, good.rootHash).map(([desc, broken]): [string, Partial<typeof good>] => [
        desc,
        { proof: broken },
      ]),
    ];
    return claims.map(([desc, change]) => {
      const claim = { ...good, ...change };
      const { leafHash, rootHash } = claim;
      return {
        desc: `leaf ${leafIndex} of ${treeSize}: ${desc}`,
        wantErr:
          !isPossible(claim.leafIndex, claim.treeSize, [leafHash, rootHash, ...claim.proof]) ||
          !naiveVerifyInclusion(leafHash, claim.leafIndex, claim.treeSize, claim.proof, rootHash),
        leafIndex: claim.leafIndex,
        treeSize: claim.treeSize,
        leafHash: base64(leafHash),
        rootHash: base64(rootHash),
        proof: claim.proof.map(base64),
      };
    });
  });
}

/** Consistency: valid proofs between some sizes, and everything broken about them. */
function consistencyVectors(): ConsistencyVector[] {
  const pairs: [number, number][] = [
    [1, 1],
    [1, 2],
    [2, 3],
    [3, 7],
    [4, 7],
    [6, 8],
    [7, 8],
    [8, 9],
    [77, 130],
    [128, 130],
  ];
  return pairs.flatMap(([oldSize, newSize]) => {
    const proof: Proof = naiveConsistencyProof(range, oldSize, newSize);
    const good = { oldSize, oldRoot: hash(0, oldSize), newSize, newRoot: hash(0, newSize), proof };
    const claims: [string, Partial<typeof good>][] = [
      ["valid", {}],
      ["another old root", { oldRoot: FOREIGN }],
      ["another new root", { newRoot: FOREIGN }],
      ["an old root of 31 bytes", { oldRoot: good.oldRoot.subarray(1) }],
      ["old size + 1", { oldSize: oldSize + 1 }],
      ["old size - 1", { oldSize: oldSize - 1 }],
      ["new size + 1 (may hold: a root does not bind its size)", { newSize: newSize + 1 }],
      ["new size doubled", { newSize: newSize * 2 }],
      ["sizes exchanged", { oldSize: newSize, newSize: oldSize, oldRoot: good.newRoot, newRoot: good.oldRoot }],
      ["new size of 2^53", { newSize: 2 ** 53 }],
      ["a negative old size", { oldSize: -oldSize }],
      ...brokenProofs(proof, good.newRoot).map(([desc, broken]): [string, Partial<typeof good>] => [
        desc,
        { proof: broken },
      ]),
    ];
    return claims.map(([desc, change]) => {
      const claim = { ...good, ...change };
      const { oldRoot, newRoot } = claim;
      return {
        desc: `${oldSize} to ${newSize}: ${desc}`,
        wantErr:
          !isPossible(claim.oldSize, claim.newSize + 1, [oldRoot, newRoot, ...claim.proof]) ||
          !naiveVerifyConsistency(claim.oldSize, oldRoot, claim.newSize, newRoot, claim.proof),
        oldSize: claim.oldSize,
        oldRoot: base64(oldRoot),
        newSize: claim.newSize,
        newRoot: base64(newRoot),
        proof: claim.proof.map(base64),
      };
    });
  });
}

/** What the RFC takes for granted: whole numbers in order, within 2^53-1, and hashes of 32 bytes. */
function isPossible(index: number, size: number, hashes: readonly Uint8Array[]): boolean {
  return (
    Number.isSafeInteger(index) &&
    Number.isSafeInteger(size) &&
    0 <= index &&
    index < size &&
    hashes.every(({ length }) => length === 32)
  );
}

type NoteKey = { name: string; keyId: Buffer; vkey: string; sign: (text: string) => Buffer };

function noteKey(name: string, type: 1 | 4, seed: number): NoteKey {
  const pkcs8 = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), Buffer.alloc(32, seed)]);
  const privateKey: KeyObject = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
  const publicKey = Buffer.from(createPublicKey(privateKey).export({ format: "jwk" }).x ?? "", "base64url");
  const typed = Buffer.concat([Buffer.of(type), publicKey]);
  const keyId = createHash("sha256").update(`${name}\n`).update(typed).digest().subarray(0, 4);
  const vkey = `${name}+${keyId.toString("hex")}+${base64(typed)}`;
  return { name, keyId, vkey, sign: (text) => sign(null, Buffer.from(text), privateKey) };
}

/** Notes: valid ones, and texts that a reader must refuse. */
function noteVectors(): NoteVector[] {
  const log = noteKey("log.example/city", 1, 1);
  const witness = noteKey("witness.example/w1", 4, 2);
  const line = (key: NoteKey, ...blob: Uint8Array[]): string =>
    `\u2014 ${key.name} ${base64(Buffer.concat([key.keyId, ...blob]))}\n`;
  const text = `log.example/city\n130\n${base64(hash(0, 130))}\n`;
  const signed = line(log, log.sign(text));
  const time = Buffer.from("000000006b02b980", "hex");
  const cosigned = line(witness, time, witness.sign(`cosignature/v1\ntime ${time.readBigUInt64BE()}\n${text}`));
  const note = `${text}\n${signed}`;
  const stranger = `\u2014 stranger.example ${base64(Buffer.alloc(68, 9))}\n`;
  const holds = (desc: string, value: string, of = text): NoteVector => ({
    desc,
    wantErr: false,
    vkeys: [log.vkey, witness.vkey],
    note: value,
    text: of,
  });
  const fails = (desc: string, value: string): NoteVector => ({
    desc,
    wantErr: true,
    vkeys: [log.vkey, witness.vkey],
    note: value,
  });
  const poem = "first\n\nlast\n";
  return [
    holds("signed by the log", note),
    holds("signed by the log, cosigned by a witness", `${note}${cosigned}`),
    holds(
      "with the line of a stranger before and behind",
      `${text}\n${stranger}${signed}${stranger.replace("stranger", "another")}`,
    ),
    holds("a text with an empty line in it", `${poem}\n${line(log, log.sign(poem))}`, poem),
    holds(
      "a known name with an unknown id is a stranger",
      `${note}\u2014 ${log.name} ${base64(Buffer.alloc(68, 9))}\n`,
    ),
    fails("the text changed", note.replace("\n130\n", "\n131\n")),
    fails("the signature changed", `${text}\n${line(log, flipped(log.sign(text), 7))}`),
    fails("signed without the final line feed", `${text}\n${line(log, log.sign(text.slice(0, -1)))}`),
    fails("signed by another key under this key's id", `${text}\n${line(log, witness.sign(text))}`),
    fails("only a stranger signed", `${text}\n${stranger}`),
    fails("a known witness's line does not verify", `${note}${line(witness, time, Buffer.alloc(64))}`),
    fails(
      "a cosignature under another time",
      `${note}${line(witness, Buffer.alloc(8, 1), witness.sign(`cosignature/v1\ntime ${time.readBigUInt64BE()}\n${text}`))}`,
    ),
    fails(
      "a cosignature at time 0",
      `${note}${line(witness, Buffer.alloc(8), witness.sign(`cosignature/v1\ntime 0\n${text}`))}`,
    ),
    fails("one key twice", `${note}${signed}`),
    fails("no final line feed", note.slice(0, -1)),
    fails("an empty line behind", `${note}\n`),
    fails("garbage behind", `${note}garbage\n`),
    fails("garbage between the signatures", `${text}\n${signed}garbage\n${stranger}`),
    fails("no empty line", `${text}${signed}`),
    fails("no signature", `${text}\n`),
    fails("carriage returns", note.replaceAll("\n", "\r\n")),
    fails("a tab in the text", `a\tb\n\n${line(log, log.sign("a\tb\n"))}`),
    fails("a hyphen for the dash", note.replace("\u2014", "-")),
    fails("two spaces behind the dash", note.replace("\u2014 ", "\u2014  ")),
    fails("a space behind the signature", `${note.slice(0, -1)} \n`),
    fails("base64 without padding", note.replace(/=+\n$/, "\n")),
    fails("base64 with other trailing bits", note.replace(/.=\n$/, "B=\n")),
    fails("a signature of no more than a key id", `${text}\n${line(log)}`),
  ];
}

/** The files of test/vectors: name and content. */
export function vectorFiles(): Record<string, string> {
  const json = (vectors: readonly object[]): string =>
    `[\n${vectors.map((one) => `  ${JSON.stringify(one)}`).join(",\n")}\n]\n`;
  return {
    "inclusion.json": json(inclusionVectors()),
    "consistency.json": json(consistencyVectors()),
    "notes.json": json(noteVectors()),
  };
}

if (import.meta.main)
  for (const [name, content] of Object.entries(vectorFiles()))
    writeFileSync(join(import.meta.dirname, "..", "vectors", name), content);
