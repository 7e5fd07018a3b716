// Which claims about the log's size end a start: what witnesses say is a number without proof, so they judge each other.

import { expect } from "chai";

import { inEnglish } from "../../src/alarms/english.ts";
import { assertNotBehindWitnesses } from "../../src/cosign/witnessed-size.ts";
import { verifierKey } from "../../src/core/note.ts";
import type { WitnessAnswer } from "../../src/core/tlog-witness.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { SIGNER } from "../support/ledger.ts";
import { signingKey } from "../support/signing-key.ts";

const OURS = 100;
const ANSWERS: Readonly<Record<string, WitnessAnswer>> = {
  more: { kind: "size", treeSize: OURS + 1 },
  less: { kind: "size", treeSize: OURS - 1 },
  same: { kind: "cosigned", lines: new Uint8Array() },
  silent: { kind: "refused", status: 404 },
};

describe("truth D2: what witnesses say of the log's size at the start", () => {
  const ask = async (said: readonly string[], quorum: number): Promise<readonly string[]> => {
    const claims: string[] = [];
    await assertNotBehindWitnesses({
      witnesses: said.map((_, at) => ({
        key: verifierKey(`witness.example/w${at}`, signingKey(at + 1).publicKey, "cosignature"),
        url: String(at),
      })),
      ask: async (url) => ANSWERS[said[Number(url)] as string] as WitnessAnswer,
      signer: SIGNER,
      tree: { size: OURS, rootHash: () => new Uint8Array(32) },
      quorum,
      onSilence: () => undefined,
      onClaim: (fact) => claims.push(inEnglish(fact)),
    });
    return claims;
  };

  const BELIEVED: readonly [quorum: number, ...said: readonly string[]][] = [
    [1, "more"],
    [1, "more", "silent", "silent"],
    [1, "more", "more", "same"],
    [3, "more", "more", "less"],
    // The newest checkpoint has the quorum's cosignatures, while the others were away.
    [2, "more", "less", "less", "more", "less"],
  ];
  for (const [quorum, ...said] of BELIEVED)
    it(`ends it at ${said.join(", ")}, with a quorum of ${quorum}`, () =>
      expectRejection("STORE_BEHIND", ask(said, quorum), /has cosigned 101 entries of this log, the store has 100/));

  const TOLD: readonly [quorum: number, ...said: readonly string[]][] = [
    [1, "more", "same"],
    [2, "less", "more"],
    [0, "more", "same", "same"],
    [3, "more", "more", "same", "same"],
  ];
  for (const [quorum, ...said] of TOLD)
    it(`is only told of ${said.join(", ")}, with a quorum of ${quorum}`, async () => {
      const [message, ...others] = await ask(said, quorum);
      expect(others).to.deep.equal([]);
      for (const [at, one] of said.entries())
        expect(message?.includes(`witness.example/w${at} (101)`), `w${at}`).to.equal(one === "more");
    });

  it("says nothing where nobody claims more", async () => {
    expect(await ask(["same", "less", "silent"], 1)).to.deep.equal([]);
    expect(await ask([], 0)).to.deep.equal([]);
  });
});
