// Pictures on their way to be published: none is lost by a crash, none is published twice, and what fails is tried again.

import { createHash } from "node:crypto";

import { expect } from "chai";

import { WarifuError } from "../../src/core/errors.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { Publishing, type FaceHider } from "../../src/derive/publishing.ts";
import { formatRecordId } from "../../src/core/record-id.ts";
import { WayOut } from "../../src/privacy/way-out.ts";
import { PictureProcess } from "../../src/pictures/picture-process.ts";
import { parseProfile } from "../../src/profiles/profile.ts";
import { VAULT_FILE } from "../../src/store/sqlite/vault.ts";
import type { Vault } from "../../src/store/vault.ts";
import { Pictures } from "../../src/read/pictures.ts";
import { Records } from "../../src/read/records.ts";
import { PicturedValue } from "../../src/write/pictured-value.ts";
import { phonePhoto, scene } from "../pictures/support/draw.ts";
import { withDatabase } from "../support/altered-rows.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { interpose } from "../support/interpose.ts";
import {
  acknowledged,
  auditFolder,
  copyFolder,
  expectClean,
  openLedger,
  PROFILES,
  report,
  temporaryFolder,
  type TestLedger,
} from "../support/ledger.ts";

const OPEN = parseProfile({ ...PROFILES.get("citizen-report")!.document, pictures: "published" } as JsonObject);

describe("pictures to be published", () => {
  const decoding = new PictureProcess();
  after(() => decoding.close());
  let ledger: TestLedger;
  let folder: string;
  let now = 0;
  beforeEach(() => (folder = temporaryFolder()));
  afterEach(() => ledger.close());

  const open = async (wrapVault?: (vault: Vault) => Vault): Promise<void> => {
    ledger = await openLedger({
      folder,
      profiles: new Map([...PROFILES, ["citizen-report", OPEN]]),
      ...(wrapVault && { wrapVault }),
    });
  };
  const publishing = (copy: PictureProcess["copy"] = (bytes, hide) => decoding.copy(bytes, hide)) => {
    const failures: string[] = [];
    const onFailure = (_: object, reason: string): number => failures.push(reason);
    const made = new Publishing({
      log: ledger.log,
      process: { copy },
      now: () => now,
      faceHider: () => undefined,
      onFailure,
    });
    const round = async (): Promise<void> => {
      made.wake();
      await made.settled();
    };
    return { made, failures, round };
  };
  const enter = async (...pictures: Buffer[]): Promise<number> => {
    const seen = await Promise.all(
      pictures.map(async (bytes) => {
        const sha256 = createHash("sha256").update(bytes).digest("hex");
        return {
          bytes,
          credentials: { present: false } as const,
          claim: { bytes: bytes.length, sha256, ...(await decoding.look(bytes)) },
        };
      }),
    );
    const [acknowledgement] = acknowledged(await ledger.pipeline.submit([new PicturedValue(report(1), seen)]));
    return acknowledgement!.leafIndex;
  };
  const madeOf = (record: number): number[] => ledger.log.events.derivations.of(record).map(({ picture }) => picture);

  it("are not replaced by a copy that was begun before: somebody may have hidden more meanwhile", async () => {
    await open();
    const record = await enter(await scene().png().toBuffer());
    const other = publishing();
    const slow = publishing(async (bytes, hide) => {
      await other.round();
      return decoding.copy(bytes, hide);
    });
    await slow.round();
    expect(madeOf(record)).to.deep.equal([0]);
    expect([...slow.failures, ...other.failures]).to.deep.equal([]);
  });

  it("are not replaced by what was made while another copy was published, from an older one or none", async () => {
    await open();
    const record = await enter(await scene().png().toBuffer());
    const [entry] = await ledger.store.entries(record, record + 1);
    const id = formatRecordId(entry!.id);
    const wayOut = new WayOut({ ...ledger.log, now: () => now });
    const records = new Records({ ...ledger.log, wayOut });
    const picturesOf = (copy: PictureProcess["copy"]): Pictures => {
      const process = { look: decoding.look, credentials: decoding.credentials, copy };
      return new Pictures({ process, publishing: publishing(copy).made }, ledger.log, records, wayOut);
    };
    const plain: PictureProcess["copy"] = (bytes, hide) => decoding.copy(bytes, hide);
    const after =
      (others: () => Promise<unknown>): PictureProcess["copy"] =>
      async (bytes, hide) => {
        await others();
        return plain(bytes, hide);
      };
    const sent = { picture: 0, tool: "by-hand", version: "1" };
    const whole = await scene().png().toBuffer();
    await picturesOf(after(() => publishing().round())).derive(id, sent, whole);
    expect(madeOf(record), "the service's own, and then the one that was sent").to.have.length(2);
    const other = () => picturesOf(plain).hide(id, 0, [[0, 0, 0.5, 0.5]]);
    await expectRejection("BUSY", picturesOf(after(other)).hide(id, 0, [[0.5, 0.5, 0.5, 0.5]]));
    await expectRejection("BUSY", picturesOf(after(other)).derive(id, sent, whole));
    await picturesOf(plain).derive(id, sent, whole);
    expect(madeOf(record)).to.have.length(7);
  });

  it("are published after a crash, whether nothing, some or all of their copies were entered", async () => {
    await open();
    const record = await enter(await phonePhoto(), await scene(30, 20).png().toBuffer());
    await ledger.close();
    await open();
    // The second copy is made by nobody: the process ends after the first.
    const first = publishing(async (bytes, hide) => {
      if (bytes[0] === 0x89) throw new WarifuError("BUSY", "killed");
      return decoding.copy(bytes, hide);
    });
    await first.round();
    expect(madeOf(record)).to.deep.equal([0]);
    await ledger.close();
    await open((vault) => interpose(vault, (method, call) => (method === "markPublished" ? undefined : call())));
    await publishing().round();
    expect(madeOf(record)).to.deep.equal([0, 1]);
    await ledger.close();
    await open();
    expect(await ledger.vault.toPublish(-1, 9)).to.deep.equal([record]);
    await publishing().round();
    expect([madeOf(record), await ledger.vault.toPublish(-1, 9)]).to.deep.equal([[0, 1], []]);
    await ledger.close();
    await expectClean(folder);
    await open();
  });

  it("are tried again after a minute, then two, while the others are published", async () => {
    await open();
    const [first, second] = [await enter(await phonePhoto()), await enter(await scene(30, 20).png().toBuffer())];
    let tried = 0;
    let isDown = true;
    const { made, failures, round } = publishing(async (bytes, hide) => {
      if (bytes[0] !== 0xff) return decoding.copy(bytes, hide);
      tried++;
      if (isDown) throw new WarifuError("BUSY", "not now");
      return decoding.copy(bytes, hide);
    });
    await round();
    expect([madeOf(first), madeOf(second), made.reasonOf(first)]).to.deep.equal([[], [0], "failed"]);
    for (const [ms, times] of [
      [59_000, 1],
      [1_000, 2],
      [119_000, 2],
      [1_000, 3],
    ] as const) {
      now += ms;
      await round();
      expect(tried).to.equal(times);
    }
    expect(failures).to.deep.equal(["not now"]);
    isDown = false;
    now += 3_600_000;
    await round();
    expect([madeOf(first), made.reasonOf(first)]).to.deep.equal([[0], "waiting"]);
  });

  it("that wait for faces to be hidden are published as soon as something hides them", async () => {
    ledger = await openLedger({ folder });
    const record = await enter(await phonePhoto());
    let hider: FaceHider | undefined;
    const hidden = { tool: "test", version: "1", hide: (bytes: Uint8Array) => decoding.copy(bytes, []) };
    const made = new Publishing({ log: ledger.log, process: decoding, now: () => now, faceHider: () => hider });
    for (const expected of [[], [0]]) {
      made.wake();
      await made.settled();
      expect(madeOf(record)).to.deep.equal(expected);
      hider = hidden;
    }
  });

  it("are not published of a record that is erased first, nor while it is erased", async () => {
    await open();
    const record = await enter(await phonePhoto());
    const { round } = publishing(async (bytes, hide) => {
      const copy = await decoding.copy(bytes, hide);
      await ledger.log.writer.erase(record);
      return copy;
    });
    await round();
    await round();
    expect([madeOf(record), await ledger.vault.toPublish(-1, 9)]).to.deep.equal([[], []]);
    await ledger.close();
    await expectClean(folder);
    await open();
  });

  it("are known by the audit of the folder where they were changed or removed", async () => {
    await open();
    const record = await enter(await phonePhoto());
    await publishing().round();
    const [derived] = ledger.log.events.derivations.of(record);
    await ledger.close();
    for (const leafIndex of [record, derived!.leafIndex]) {
      const copy = copyFolder(folder);
      withDatabase(copy, VAULT_FILE, (db) => db.prepare("DELETE FROM attachment WHERE leaf_index = ?").run(leafIndex));
      const { findings } = await auditFolder(copy);
      expect(findings.map(({ where }) => where)).to.deep.equal([`leaf ${leafIndex}`]);
    }
    await open();
  });
});
