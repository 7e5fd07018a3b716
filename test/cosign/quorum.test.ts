// The whole way: a real log that grows, two witnesses as `warifu witness` runs them, their cosignatures on the log's
// checkpoints, and verifiers whose policies ask for both.

import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { parseConfig } from "../../src/config.ts";
import { openCosigner } from "../../src/cosign/witness-file.ts";
import { utf8 } from "../../src/core/bytes.ts";
import { openCheckpoint } from "../../src/core/checkpoint.ts";
import { parseNote, type VerifierKey } from "../../src/core/note.ts";
import { parsePolicy, formatPolicy, type Policy } from "../../src/core/policy.ts";
import { originHash, withCosignatures } from "../../src/core/tlog-witness.ts";
import type { Cosigner } from "../../src/cosign/cosign.ts";
import { verifyBundle } from "../../src/verify/verify-bundle.ts";
import { startWitness, type WitnessService } from "../../src/witness/start.ts";
import { bundleFixture, fixturePolicy, LOG_KEY } from "../support/bundle-fixture.ts";
import { keyed, openLedger, ORIGIN, reading, SIGNER, temporaryFolder, type TestLedger } from "../support/ledger.ts";

const LOGS = [SIGNER.key, LOG_KEY].map((key) => ({ origin: key.name, keys: [key] }));

function startOne(name: string, dataDir = temporaryFolder()): Promise<WitnessService> {
  const onConflict = (): void => undefined;
  return startWitness({ dataDir, name, logs: LOGS, host: "127.0.0.1", port: 0, onConflict });
}

/** A file of witnesses, and the configuration that names it. */
function configure(witnesses: readonly { readonly vkey: string; readonly url: string }[], quorum: number) {
  const file = join(temporaryFolder(), "witnesses.json");
  writeFileSync(file, JSON.stringify(witnesses.map(({ vkey, url }) => ({ vkey, url }))));
  return parseConfig({ WARIFU_WITNESSES: file, WARIFU_WITNESS_QUORUM: String(quorum) }).witnesses;
}

describe("a quorum of witnesses", () => {
  let services: WitnessService[];
  let ledger: TestLedger;

  before(async () => {
    services = [await startOne("witness.one.example"), await startOne("witness.two.example")];
    ledger = await openLedger();
  });
  after(async () => {
    for (const service of services) await service.close();
    await ledger.close();
  });

  const cosignerFor = (logKey: VerifierKey, quorum = 2, witnesses: readonly WitnessService[] = services): Cosigner =>
    openCosigner(configure(witnesses, quorum), { logKey, tree: ledger.log.tree, now: Date.now });

  it("cosigns a log as it grows, also in the middle and across a restart of the log's side", async () => {
    const { publisher, tree } = ledger.log;
    let cosigner = cosignerFor(SIGNER.key);
    for (const [round, count] of [300, 1, 211, 4].entries()) {
      await ledger.submit(keyed(reading, count, `round-${round}`));
      const boundary = tree.publishedSize - (tree.publishedSize % 256);
      const size = boundary > cosigner.smallestSize ? boundary : tree.publishedSize;
      if (round === 2) cosigner = cosignerFor(SIGNER.key);
      const { note } = await cosigner.cosign(await publisher.publishAt(tree, size));
      const { checkpoint, signatures } = openCheckpoint(utf8(note), SIGNER.key, cosigner.policy.keys);
      expect(checkpoint.treeSize).to.equal(size);
      expect(signatures.map(({ key }) => key.name)).to.deep.equal([
        ORIGIN,
        "witness.one.example",
        "witness.two.example",
      ]);
    }
    for (const { url } of services) {
      const answer = await fetch(`${url}/${originHash(ORIGIN)}/checkpoint`);
      expect((await answer.text()).split("\n").slice(0, 2)).to.deep.equal([
        ORIGIN,
        String(ledger.log.tree.publishedSize),
      ]);
    }
  });

  it("makes a bundle hold under a policy that asks for both, and one witness alone does not", async () => {
    const { note, bytes } = await bundleFixture();
    const cosigner = cosignerFor(LOG_KEY);
    const { note: cosigned } = await cosigner.cosign({ note });
    const policy = throughFile(fixturePolicy({ witnesses: cosigner.policy }));
    const verdictOn = async (text: string) => {
      const { outcome, steps } = await verifyBundle((await bundleFixture({ note: () => text })).bytes, policy);
      return [outcome, steps.find(({ step }) => step === "witnesses")?.detail, steps.at(-1)?.code];
    };
    expect((await verdictOn(cosigned)).slice(0, 2)).to.deep.equal(["holds", "2 cosigned, 2 asked for"]);
    const { text, signatures } = parseNote(utf8(cosigned));
    for (const missing of [1, 2]) {
      const alone = signatures.filter((_, at) => at !== missing);
      expect(await verdictOn(withCosignatures({ text, signatures: alone }, []))).to.deep.equal([
        "refuted",
        "1 witnesses cosigned, the policy asks for 2",
        "QUORUM_MISSING",
      ]);
    }
    // The bundle as the log alone signed it.
    expect((await verifyBundle(bytes, policy)).outcome).to.equal("refuted");
  });

  it("is missing when one witness is away, and found again when it is back", async () => {
    const folder = temporaryFolder();
    const away = await startOne("witness.three.example", folder);
    const witnesses = [services[0] as WitnessService, away];
    const { note } = await bundleFixture();
    await away.close();
    const cosigner = cosignerFor(LOG_KEY, 2, witnesses);
    const { hasQuorum, shortfall } = await cosigner.cosign({ note });
    expect(hasQuorum).to.equal(false);
    expect(shortfall).to.deep.include({ id: "cosignatures-missing", given: 1, quorum: 2 });
    expect(shortfall?.failures.map(({ witness, kind }) => [witness, kind])).to.deep.equal([
      ["witness.three.example", "unreachable"],
    ]);
    const back = await startWitness({
      ...{ dataDir: folder, logs: LOGS, host: "127.0.0.1", port: Number(new URL(away.url).port) },
      onConflict: () => undefined,
    });
    expect(back.vkey).to.equal(away.vkey);
    expect(await cosigner.cosign({ note })).to.include({ hasQuorum: true });
    await back.close();
  });
});

function throughFile(policy: Policy): Policy {
  return parsePolicy(utf8(formatPolicy(policy)));
}
