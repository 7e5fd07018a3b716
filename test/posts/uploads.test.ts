// Pictures on their way in: piece by piece, across restarts, never in clear, and nobody else's.

import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { WarifuError, type ErrorCode } from "../../src/core/errors.ts";
import { UPLOAD_QUOTA, Uploads } from "../../src/posts/uploads.ts";
import { expectRejection } from "../support/expect-rejection.ts";

const [ANNA, BEN] = ["ct_00000000000000aa", "ct_00000000000000bb"];
const KEY = randomBytes(32);
const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

describe("uploads", () => {
  let folder: string;
  let uploads: Uploads;
  const now = Date.now();

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "warifu-uploads-"));
    uploads = opened();
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const opened = (): Uploads => new Uploads({ folder, key: KEY, now: () => now });

  /** What is used is left where it is. */
  const take = (citizen: string, hashes: string[]): Promise<Buffer[]> =>
    uploads.using(citizen, hashes, async (pictures) => pictures);

  async function send(bytes: Buffer, from: number, to: number, citizen = ANNA, sha256 = hashOf(bytes)) {
    const piece = { offset: from, length: bytes.length, bytes: bytes.subarray(from, to) };
    return uploads.append(citizen, sha256, piece);
  }

  it("take pieces of any size, go on after a restart, and give back the bytes that the phone hashed", async () => {
    const bytes = randomBytes(100_003);
    expect(await uploads.placeOf(ANNA, hashOf(bytes))).to.equal(undefined);
    expect(await send(bytes, 0, 777)).to.deep.equal({ offset: 777, length: bytes.length });
    uploads = opened();
    expect(await uploads.placeOf(ANNA, hashOf(bytes))).to.deep.equal({ offset: 777, length: bytes.length });
    expect((await send(bytes, 777, 50_000)).offset).to.equal(50_000);
    expect((await send(bytes, 50_000, bytes.length)).offset).to.equal(bytes.length);
    expect((await take(ANNA, [hashOf(bytes)]))[0]?.equals(bytes)).to.equal(true);
  });

  it("change nothing by a piece that came before, and take the rest of one that came in part", async () => {
    const bytes = randomBytes(1_000);
    await send(bytes, 0, 600);
    expect((await send(bytes, 0, 600)).offset).to.equal(600);
    expect((await send(bytes, 300, 1_000)).offset).to.equal(1_000);
    expect((await take(ANNA, [hashOf(bytes)]))[0]?.equals(bytes)).to.equal(true);
  });

  it("are read when they are whole, and not once more for each piece that comes again", async () => {
    const bytes = randomBytes(1_000);
    await send(bytes, 0, 1_000);
    const [name = ""] = readdirSync(join(folder, ANNA));
    // Whoever read it now would find out, and throw it away.
    writeFileSync(join(folder, ANNA, name), randomBytes(1_000));
    for (const end of [0, 1, 1_000]) expect((await send(bytes, 0, end)).offset).to.equal(1_000);
    expect(await uploads.placeOf(ANNA, hashOf(bytes))).to.deep.equal({ offset: 1_000, length: 1_000 });
    await expectRejection("REQUEST_INVALID", take(ANNA, [hashOf(bytes)]), /not those of the hash/);
  });

  it("go with what is refused, and stay with what may be sent again", async () => {
    const bytes = randomBytes(1_000);
    const refused = (code: ErrorCode): Promise<never> =>
      uploads.using(ANNA, [hashOf(bytes)], async () => {
        throw new WarifuError(code, "x");
      });
    await send(bytes, 0, 1_000);
    await expectRejection("BUSY", refused("BUSY"));
    expect(await take(ANNA, [hashOf(bytes)])).to.deep.equal([bytes]);
    await expectRejection("PICTURE_INVALID", refused("PICTURE_INVALID"));
    expect(await uploads.placeOf(ANNA, hashOf(bytes))).to.equal(undefined);
  });

  it("are in memory once, however often one is named, and of all accounts no more than there is room for", async () => {
    const bytes = randomBytes(16_777_216);
    const hash = hashOf(bytes);
    await send(bytes, 0, bytes.length);
    const use = (rest: number): Promise<unknown> =>
      uploads.using(ANNA, [hash, hash], async ([first, second]) => {
        expect(first).to.equal(second);
        return rest > 0 ? use(rest - 1) : undefined;
      });
    await use(15);
    await expectRejection("BUSY", use(16));
    await use(15);
  });

  it("refuse a gap, another length, and what goes beyond the end", async () => {
    const bytes = randomBytes(1_000);
    await send(bytes, 0, 100);
    await expectRejection("REQUEST_INVALID", send(bytes, 200, 300), /goes on at 100/);
    const other = { offset: 100, length: 999, bytes: bytes.subarray(100, 200) };
    await expectRejection("REQUEST_INVALID", uploads.append(ANNA, hashOf(bytes), other), /begun with 1000/);
    const beyond = { offset: 100, length: 1_000, bytes: randomBytes(901) };
    await expectRejection("REQUEST_INVALID", uploads.append(ANNA, hashOf(bytes), beyond), /beyond/);
    expect(await uploads.placeOf(ANNA, hashOf(bytes))).to.deep.equal({ offset: 100, length: 1_000 });
  });

  it("throw away what has another hash in the end", async () => {
    const bytes = randomBytes(1_000);
    const sha256 = hashOf(randomBytes(8));
    await send(bytes, 0, 500, ANNA, sha256);
    await expectRejection("REQUEST_INVALID", send(bytes, 500, 1_000, ANNA, sha256), /not those of the hash/);
    expect(await uploads.placeOf(ANNA, sha256)).to.equal(undefined);
  });

  it("lie on the disk encrypted, two of the same in different ways", async () => {
    const bytes = Buffer.from("a face and a street ".repeat(100));
    await send(bytes, 0, bytes.length);
    await send(bytes, 0, 7, BEN);
    await send(bytes, 7, bytes.length, BEN);
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((one) => one.isFile())
      .map((one) => readFileSync(join(one.parentPath, one.name)));
    expect(files).to.have.length(2);
    for (const file of files) expect(file.includes("a face")).to.equal(false);
    expect(files[0]?.equals(files[1]!)).to.equal(false);
  });

  it("are of nobody but who sent them, and go when they are used or the account is removed", async () => {
    const bytes = randomBytes(1_000);
    await send(bytes, 0, 1_000);
    expect(await uploads.placeOf(BEN, hashOf(bytes))).to.equal(undefined);
    await expectRejection("REQUEST_INVALID", take(BEN, [hashOf(bytes)]), /not here in whole/);
    await uploads.discard(ANNA, [hashOf(bytes)]);
    expect(await uploads.placeOf(ANNA, hashOf(bytes))).to.equal(undefined);
    await send(bytes, 0, 500);
    await expectRejection("REQUEST_INVALID", take(ANNA, [hashOf(bytes)]), /not here in whole/);
    await uploads.forget(ANNA);
    expect(await uploads.placeOf(ANNA, hashOf(bytes))).to.equal(undefined);
  });

  it("have an end for each account, by what was announced", async () => {
    const announced = (length: number) =>
      uploads.append(ANNA, hashOf(randomBytes(8)), { offset: 0, length, bytes: randomBytes(1) });
    await expectRejection("TOO_LARGE", announced(16_777_217));
    for (let at = 0; at < UPLOAD_QUOTA.bytes / 16_777_216; at++) await announced(16_777_216);
    await expectRejection("TOO_LARGE", announced(2), /post some/);
    await uploads.append(BEN, hashOf(randomBytes(8)), { offset: 0, length: 2, bytes: randomBytes(1) });
  });

  it("are removed when nobody went on with them for two days", async () => {
    const [old, fresh] = [randomBytes(10), randomBytes(10)];
    await send(old, 0, 5);
    const [name = ""] = readdirSync(join(folder, ANNA));
    utimesSync(join(folder, ANNA, name), (now - 3 * 86_400_000) / 1_000, (now - 3 * 86_400_000) / 1_000);
    await send(fresh, 0, 5);
    await uploads.sweep();
    expect(await uploads.placeOf(ANNA, hashOf(old))).to.equal(undefined);
    expect(await uploads.placeOf(ANNA, hashOf(fresh))).to.not.equal(undefined);
  });
});
