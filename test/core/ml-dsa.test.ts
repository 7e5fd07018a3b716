// ML-DSA-44 in notes: lines that torchwood made, in Go, verify here; Node's verifier and noble's give one verdict; and a line
// counts for exactly the head, the name and the time that it was made for.

import { readFileSync } from "node:fs";

import { expect } from "chai";

import { toHex, utf8 } from "../../src/core/bytes.ts";
import { openCheckpoint, signCheckpoint } from "../../src/core/checkpoint.ts";
import { subtreeBytes } from "../../src/core/cosigned-bytes.ts";
import type { FurtherKey, LogKeys } from "../../src/core/log-keys.ts";
import { verifyMlDsa44For } from "../../src/core/ml-dsa.ts";
import { signatureLine } from "../../src/core/note-signer.ts";
import {
  formatSignatureLine,
  formatVerifierKey,
  parseNote,
  parseVerifierKey,
  verifierKey,
  verifyNote,
  type VerifierKey,
} from "../../src/core/note.ts";
import { stampedBytes } from "../../src/core/stamped-checkpoint.ts";
import { expectCode } from "../support/expect-code.ts";
import { mlDsaKey } from "../support/ml-dsa-key.ts";
import { signingKey } from "../support/signing-key.ts";

interface Vectors {
  readonly log: { readonly vkey: string };
  readonly witness: { readonly vkey: string };
  readonly text: string;
  readonly logLine: string;
  readonly timedLogLine: string;
  readonly witnessLine: string;
}

const vectors = JSON.parse(readFileSync(new URL("vectors/ml-dsa-44.json", import.meta.url), "utf8")) as Vectors;
const logKey = parseVerifierKey(vectors.log.vkey);
const witnessKey = parseVerifierKey(vectors.witness.vkey);
const noteOf = (text: string, ...lines: string[]) => parseNote(utf8(`${text}\n${lines.join("")}`));

const ORIGIN = "log.example/city";
const [oldPair, newPair, quantumPair] = [signingKey(1), signingKey(2), mlDsaKey(3)];
const oldKey = verifierKey(ORIGIN, oldPair.publicKey);
const newKey = verifierKey(ORIGIN, newPair.publicKey);
const quantumKey = verifierKey(ORIGIN, quantumPair.publicKey, "mldsa44");
const oldSigner = { key: oldKey, sign: oldPair.sign };
const newSigner = { key: newKey, sign: newPair.sign };
const quantumSigner = { key: quantumKey, sign: quantumPair.sign };
const headOf = (treeSize: number) => ({ origin: ORIGIN, treeSize, rootHash: new Uint8Array(32).fill(treeSize) });
const withKeys = (key: VerifierKey, ...further: FurtherKey[]): LogKeys => ({ ...key, further });

describe("ML-DSA-44", () => {
  describe("lines that torchwood made", () => {
    it("name keys that are read and written the same here", () => {
      for (const { vkey } of [vectors.log, vectors.witness]) {
        expect(parseVerifierKey(vkey).type).to.equal("mldsa44");
        expect(formatVerifierKey(parseVerifierKey(vkey))).to.equal(vkey);
      }
      expect(toHex(verifierKey(logKey.name, logKey.publicKey, "mldsa44").keyId)).to.equal(toHex(logKey.keyId));
    });

    it("verify, those of a log with and without a time, and a witness's", () => {
      expect(verifyNote(noteOf(vectors.text, vectors.logLine), [logKey])).to.deep.equal([{ key: logKey }]);
      const [timed] = verifyNote(noteOf(vectors.text, vectors.timedLogLine), [logKey]);
      expect(timed?.time).to.be.greaterThan(1_700_000_000);
      const both = verifyNote(noteOf(vectors.text, vectors.logLine, vectors.witnessLine), [logKey, witnessKey]);
      expect(both.map(({ key }) => key)).to.deep.equal([logKey, witnessKey]);
    });

    const [origin, size, root] = vectors.text.split("\n") as [string, string, string];
    const OTHERS: [string, string][] = [
      ["another origin", `${origin}2\n${size}\n${root}\n`],
      ["another size", `${origin}\n2\n${root}\n`],
      ["another root", `${origin}\n${size}\n${root.replace(/^./, "B")}\n`],
      ["an extension line, which such a signature does not cover", `${vectors.text}extension\n`],
      ["text that is no checkpoint", "no checkpoint\n"],
    ];
    for (const [title, text] of OTHERS)
      it(`do not verify over ${title}`, () => {
        for (const [line, key] of [
          [vectors.logLine, logKey],
          [vectors.witnessLine, witnessKey],
        ] as const)
          expectCode("SIGNATURE_MISMATCH", () => verifyNote(noteOf(text, line), [key]), /does not verify/);
      });

    it("do not verify at another time, nor cut short or lengthened", () => {
      const [line] = noteOf(vectors.text, vectors.witnessLine).signatures;
      const changed = (change: (signature: Uint8Array) => Uint8Array): string =>
        formatSignatureLine({ ...line!, signature: change(line!.signature.slice()) });
      const CHANGES: ((signature: Uint8Array) => Uint8Array)[] = [
        (bytes) => bytes.fill(0, 0, 8),
        (bytes) => bytes.fill(1, 7, 8),
        (bytes) => bytes.fill(255, 0, 8),
        (bytes) => bytes.subarray(0, -1),
        (bytes) => Buffer.concat([bytes, Buffer.of(0)]),
        (bytes) => bytes.subarray(0, 8),
        (bytes) => bytes.fill(bytes.at(-200)! ^ 1, -200, -199),
      ];
      for (const change of CHANGES)
        expectCode("SIGNATURE_MISMATCH", () => verifyNote(noteOf(vectors.text, changed(change)), [witnessKey]));
    });
  });

  it("Node's verifier and the portable one agree, also where Node does not know the algorithm", () => {
    const nodeCrypto = process.getBuiltinModule("node:crypto");
    const withoutIt = {
      ...nodeCrypto,
      createPublicKey: () => {
        throw new TypeError("unsupported key type");
      },
    } as unknown as typeof nodeCrypto;
    const verifiers = [verifyMlDsa44For(nodeCrypto), verifyMlDsa44For(undefined), verifyMlDsa44For(withoutIt)];
    for (const seed of [7, 8]) {
      const { publicKey, sign } = mlDsaKey(seed);
      const message = utf8(`message ${seed}`);
      const good = sign(message);
      const cases: [Uint8Array, Uint8Array, boolean][] = [
        [message, good, true],
        [utf8("another"), good, false],
        [message, good.slice().fill(0, 40, 41), false],
        // The hint at the end must be in order.
        [message, good.slice().fill(255, -4), false],
        [message, good.subarray(1), false],
        [message, Buffer.concat([good, Buffer.of(0)]), false],
        [message, new Uint8Array(0), false],
        [message, new Uint8Array(2_420), false],
      ];
      for (const [text, signature, expected] of cases)
        expect(verifiers.map((verify) => verify(publicKey, text, signature))).to.deep.equal(
          verifiers.map(() => expected),
        );
    }
  });

  it("keys have 1,312 bytes, whatever they are called", () => {
    for (const length of [0, 32, 1_311, 1_313])
      expectCode("KEY_INVALID", () => verifierKey("n", new Uint8Array(length), "mldsa44"), /1312/);
  });

  it("the signed bytes are the structure of the specification", () => {
    const bytes = subtreeBytes(vectors.text, "n", 258)!;
    const hash = Buffer.from(vectors.text.split("\n")[2]!, "base64").toString("hex");
    const name = Buffer.from("example.com/log").toString("hex");
    expect(toHex(bytes)).to.equal(
      `${Buffer.from("subtree/v1\n\0").toString("hex")}016e00000000000001020f${name}00000000000000000000000000000001${hash}`,
    );
    expect(subtreeBytes(vectors.text, "n".repeat(256), 0)).to.equal(undefined);
    expect(subtreeBytes(vectors.text.replace("example", "e".repeat(255)), "n", 0)).to.equal(undefined);
  });

  describe("a log's checkpoint", () => {
    const both = signCheckpoint(headOf(9), { ...oldSigner, others: [quantumSigner] }).note;
    const alone = signCheckpoint(headOf(9), oldSigner).note;

    it("begins with the same line, whether further keys sign or not", () => {
      expect(both.startsWith(alone)).to.equal(true);
      expect(parseNote(utf8(both)).signatures).to.have.length(2);
    });

    it("opens under either key, and under both", () => {
      for (const keys of [oldKey, quantumKey, withKeys(oldKey, { key: quantumKey })])
        expect(openCheckpoint(utf8(both), keys).checkpoint.treeSize).to.equal(9);
      expect(openCheckpoint(utf8(alone), withKeys(oldKey, { key: quantumKey })).signatures).to.have.length(1);
    });

    it("needs the second signature where the policy asks for it, from the size on that it names", () => {
      const from = (requiredFrom: number) => withKeys(oldKey, { key: quantumKey, requiredFrom });
      expect(openCheckpoint(utf8(both), from(9)).signatures).to.have.length(2);
      expect(openCheckpoint(utf8(alone), from(10)).signatures).to.have.length(1);
      expectCode("SIGNATURE_MISMATCH", () => openCheckpoint(utf8(alone), from(9)), /lacks the log's ML-DSA-44/);
      const until = withKeys(oldKey, { key: quantumKey, requiredFrom: 2, until: 8 });
      expect(openCheckpoint(utf8(alone), until).signatures).to.have.length(1);
    });

    it("may need an Ed25519 signature beside another one as well", () => {
      const log = withKeys(quantumKey, { key: oldKey, requiredFrom: 0 });
      expect(openCheckpoint(utf8(both), log).signatures).to.have.length(2);
      const quantumOnly = utf8(signCheckpoint(headOf(9), quantumSigner).note);
      expectCode("SIGNATURE_MISMATCH", () => openCheckpoint(quantumOnly, log), /lacks the log's Ed25519/);
    });

    it("needs the first one too, if only the other key is to be beside it", () => {
      const quantumOnly = signCheckpoint(headOf(9), quantumSigner).note;
      expectCode("SIGNATURE_MISMATCH", () => openCheckpoint(utf8(quantumOnly), oldKey), /no signature by a known key/);
    });

    it("is refused if one of two known keys did not sign it as it is", () => {
      const spoilt = both.replace("\n9\n", "\n8\n");
      expectCode("SIGNATURE_MISMATCH", () => openCheckpoint(utf8(spoilt), withKeys(oldKey, { key: quantumKey })));
      const [line] = parseNote(utf8(both)).signatures.slice(1);
      const other = signatureLine(`${ORIGIN}\n8\n${Buffer.alloc(32, 8).toString("base64")}\n`, quantumSigner);
      const swapped = both.replace(formatSignatureLine(line!), formatSignatureLine(other));
      expectCode("SIGNATURE_MISMATCH", () => openCheckpoint(utf8(swapped), withKeys(oldKey, { key: quantumKey })));
    });

    it("with an extension line is not signed", () => {
      expectCode("CHECKPOINT_INVALID", () => signatureLine("a\n0\nb\nc\n", quantumSigner), /extension/);
    });
  });

  describe("a log whose key is replaced", () => {
    const overlap = signCheckpoint(headOf(9), { ...oldSigner, others: [newSigner] }).note;
    const after = (size: number): Uint8Array => utf8(signCheckpoint(headOf(size), newSigner).note);
    const before = (size: number): Uint8Array => utf8(signCheckpoint(headOf(size), oldSigner).note);
    const policy = withKeys(newKey, { key: oldKey, until: 9 });

    it("is believed under the old policy and the new one while both keys sign", () => {
      for (const keys of [oldKey, newKey, withKeys(oldKey, { key: newKey }), policy])
        expect(openCheckpoint(utf8(overlap), keys).checkpoint.treeSize).to.equal(9);
    });

    it("is believed afterwards for what the former key signed up to then, and for nothing beyond", () => {
      for (const note of [before(3), before(9), after(9), after(10)])
        expect(openCheckpoint(note, policy).signatures).to.have.length(1);
      expectCode("SIGNATURE_MISMATCH", () => openCheckpoint(before(10), policy), /own key/);
      expectCode("SIGNATURE_MISMATCH", () => openCheckpoint(after(10), oldKey));
    });

    it("has its checkpoints stamped over the first line of its own, whoever asks", () => {
      const wanted = Buffer.from(before(9)).toString();
      for (const keys of [[oldKey], [oldKey, newKey], [newKey, oldKey]])
        expect(Buffer.from(stampedBytes(overlap, keys)).toString()).to.equal(wanted);
    });
  });
});
