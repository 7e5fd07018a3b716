// The data folder of a witness: its key and its memory are made together and belong together, for one name, for good.

import { copyFileSync, rmSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import type { ErrorCode } from "../../src/core/errors.ts";
import { parseVerifierKey } from "../../src/core/note.ts";
import { startWitness, WITNESS_FILES, type WitnessService } from "../../src/witness/start.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { temporaryFolder } from "../support/ledger.ts";
import { smallLog } from "./support/small-log.ts";

function startOne(name: string | undefined, dataDir: string, signsMlDsa = false): Promise<WitnessService> {
  const onConflict = (): void => undefined;
  return startWitness({ dataDir, name, signsMlDsa, logs: [smallLog().listed], host: "127.0.0.1", port: 0, onConflict });
}

/** One that starts all the same is closed: left open, it would keep the run from ending. */
function expectNoStart(code: ErrorCode, starting: Promise<WitnessService>, message?: RegExp): Promise<unknown> {
  return expectRejection(
    code,
    starting.then((service) => service.close()),
    message,
  );
}

describe("the data folder of a witness", () => {
  it("has a key for its owner only, and one memory for one name and key", async () => {
    const folder = temporaryFolder();
    await expectNoStart("USAGE", startOne(undefined, folder), /needs a name/);
    const first = await startOne("witness.one.example", folder);
    expect(parseVerifierKey(first.vkey)).to.include({ name: "witness.one.example", type: "cosignature" });
    expect(statSync(join(folder, WITNESS_FILES.key)).mode & 0o777).to.equal(0o600);
    await expectNoStart("STORE_LOCKED", startOne(undefined, folder), /another --data/);
    await first.close();
    await first.close();
    await expectNoStart("CONFIG_INVALID", startOne("witness.two.example", folder), /another name or key/);
    const again = await startOne(undefined, folder);
    expect(again.vkey).to.equal(first.vkey);
    await again.close();
  });

  it("has an ML-DSA-44 key of the same name where it is to sign with one, and the same one again", async () => {
    const folder = temporaryFolder();
    const start = (signsMlDsa: boolean) => startOne("witness.one.example", folder, signsMlDsa);
    const vkeys: (string | undefined)[] = [];
    for (const signsMlDsa of [false, true, true, false]) {
      const service = await start(signsMlDsa);
      vkeys.push(service.mlDsaVkey);
      await service.close();
    }
    expect([vkeys[0], vkeys[3]]).to.deep.equal([undefined, undefined]);
    expect(vkeys[1]).to.equal(vkeys[2]);
    expect(parseVerifierKey(vkeys[1]!)).to.include({ name: "witness.one.example", type: "mldsa44" });
    expect(statSync(join(folder, WITNESS_FILES.mlDsaKey)).mode & 0o777).to.equal(0o600);
    copyFileSync(join(folder, WITNESS_FILES.key), join(folder, WITNESS_FILES.mlDsaKey));
    await expectNoStart("CONFIG_INVALID", start(true), /no private ML-DSA-44|not a private ML-DSA-44/);
  });

  for (const [lost, code] of [
    ["memory", "STORE_BEHIND"],
    ["key", "CONFIG_INVALID"],
  ] as const)
    it(`is not used when its ${lost} is lost`, async () => {
      const folder = temporaryFolder();
      await (await startOne("witness.one.example", folder)).close();
      rmSync(join(folder, WITNESS_FILES[lost]));
      await expectNoStart(code, startOne("witness.one.example", folder));
    });

  it("is not used when its memory was emptied, as a restore or a full disk can leave it", async () => {
    const folder = temporaryFolder();
    await (await startOne("witness.one.example", folder)).close();
    truncateSync(join(folder, WITNESS_FILES.memory));
    for (let tries = 0; tries < 2; tries++)
      await expectNoStart("STORE_BEHIND", startOne("witness.one.example", folder), /must not sign again/);
  });

  it("is taken up where a crash cut the first start short", async () => {
    const folder = temporaryFolder();
    await expectNoStart("KEY_INVALID", startOne("no name", folder));
    await expectNoStart("USAGE", startOne(undefined, folder));
    await (await startOne("witness.one.example", folder)).close();
  });
});
