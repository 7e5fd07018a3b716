// A bundle whose checkpoint the log signed with ML-DSA-44 as well: which signatures hold is said in words, and what the policy
// asks for must be there.

import { expect } from "chai";

import { utf8 } from "../../src/core/bytes.ts";
import type { FurtherKey } from "../../src/core/log-keys.ts";
import { signatureLine } from "../../src/core/note-signer.ts";
import { formatSignatureLine, verifierKey } from "../../src/core/note.ts";
import { formatPolicy, parsePolicy, type Policy } from "../../src/core/policy.ts";
import { verdictEN } from "../../src/texts/verdict/en.ts";
import { verdictES } from "../../src/texts/verdict/es.ts";
import { verdictJA } from "../../src/texts/verdict/ja.ts";
import type { StepFact } from "../../src/verify/step-fact.ts";
import { verifyBundle } from "../../src/verify/verify-bundle.ts";
import { bundleFixture, LOG_KEY, ORIGIN } from "../support/bundle-fixture.ts";
import { mlDsaKey } from "../support/ml-dsa-key.ts";

const { publicKey, sign } = mlDsaKey(3);
const key = verifierKey(ORIGIN, publicKey, "mldsa44");
/** The note with a line by that key, over its text or over another one. */
const signedToo = (note: string, text = note.slice(0, note.indexOf("\n\n") + 1)): string =>
  `${note}${formatSignatureLine(signatureLine(text, { key, sign }))}`;

describe("a bundle of a log that signs with ML-DSA-44", () => {
  let both: Uint8Array;
  let alone: Uint8Array;
  let policy: Policy;
  before(async () => {
    both = (await bundleFixture({ note: (note) => signedToo(note) })).bytes;
    ({ bytes: alone, policy } = await bundleFixture());
  });

  async function checkpointOf(bytes: Uint8Array, log: Policy["log"]) {
    // As it would come from a file.
    const { outcome, steps } = await verifyBundle(bytes, parsePolicy(utf8(formatPolicy({ ...policy, log }))));
    const { detail, code, fact } = steps.find(({ step }) => step === "checkpoint")!;
    return { outcome, detail, code, fact };
  }
  const knowing = (rule: Omit<FurtherKey, "key"> = {}): Policy["log"] => ({ ...LOG_KEY, further: [{ key, ...rule }] });

  it("holds with both signatures, and says so", async () => {
    const { outcome, detail } = await checkpointOf(both, knowing({ requiredFrom: 0 }));
    expect(outcome).to.equal("holds");
    expect(detail).to.match(/tree size 300, with Ed25519 and ML-DSA-44$/);
  });

  it("holds under a policy that knows one key only, as it did before", async () => {
    const old = await checkpointOf(both, LOG_KEY);
    expect(old).to.deep.equal(await checkpointOf(alone, LOG_KEY));
    expect(old.detail).to.match(/tree size 300$/);
    expect((await checkpointOf(both, key)).detail).to.match(/with ML-DSA-44$/);
  });

  it("holds without the second signature unless that is asked for at this size", async () => {
    const { outcome, detail } = await checkpointOf(alone, knowing({ requiredFrom: 301 }));
    expect(outcome).to.equal("holds");
    expect(detail).to.match(/with Ed25519, and not with ML-DSA-44/);
    const refused = await checkpointOf(alone, knowing({ requiredFrom: 300 }));
    expect(refused).to.include({ outcome: "refuted", code: "SIGNATURE_MISMATCH" });
    expect(refused.detail).to.include("lacks the log's ML-DSA-44 signature");
  });

  it("is refuted if a line by the known key is over another state", async () => {
    const other = (note: string): string => note.slice(0, note.indexOf("\n\n") + 1).replace("\n300\n", "\n301\n");
    const { bytes } = await bundleFixture({ note: (note) => signedToo(note, other(note)) });
    expect((await checkpointOf(bytes, LOG_KEY)).outcome).to.equal("holds");
    expect(await checkpointOf(bytes, knowing())).to.include({ outcome: "refuted", code: "SIGNATURE_MISMATCH" });
  });

  it("has a sentence of its own in each language, whichever signatures there are", async () => {
    const facts = await Promise.all([
      checkpointOf(both, knowing()),
      checkpointOf(alone, knowing()),
      checkpointOf(both, key),
      checkpointOf(both, LOG_KEY),
    ]);
    for (const texts of [verdictEN, verdictES, verdictJA].map((verdict) => verdict(String))) {
      const sentences = facts.map(({ fact }) =>
        texts.found.checkpoint(fact as Extract<StepFact, { readonly id: "checkpoint" }>),
      );
      expect(new Set(sentences).size).to.equal(4);
      expect(sentences.filter((sentence) => sentence.includes("ML-DSA-44"))).to.have.length(3);
    }
  });
});
