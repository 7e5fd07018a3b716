// The pictures in the copy that a person gets: copies with their hashes, one after the other, and what is only named.

import { createHash } from "node:crypto";

import { expect } from "chai";

import { WarifuError, type ErrorCode } from "../../src/core/errors.ts";
import type { PictureClaim } from "../../src/core/picture.ts";
import { copiedPictures, type CopiedPicturesParts, type PicturedRecord } from "../../src/privacy/copied-pictures.ts";
import { copyText } from "../../src/privacy/personal-copy.ts";
import { expectRejection } from "../support/expect-rejection.ts";

const ASKER = { role: "person", keyId: "key-1", request: 1, records: [7, 8] } as const;

/** A record with pictures of these names. */
function record(leafIndex: number, ...names: string[]): PicturedRecord {
  const pictures = names.map((sha256): PictureClaim => ({ bytes: 1, height: 1, sha256, type: "image/jpeg", width: 1 }));
  return { of: { entry: { leafIndex, sourceName: "app" }, body: undefined }, pictures };
}

const fails = (code: ErrorCode) => async (): Promise<never> => {
  throw new WarifuError(code, "no");
};

describe("pictures in a person's copy", () => {
  let read: string[];
  beforeEach(() => (read = []));

  const parts = (more: Partial<CopiedPicturesParts> = {}): CopiedPicturesParts => ({
    wayOut: {
      picture: async (_of, _to, sha256) => {
        read.push(sha256);
        if (sha256 === "erased") return undefined;
        return { claim: record(0, sha256).pictures[0]!, bytes: Buffer.from(`original of ${sha256}`) };
      },
    },
    strip: async (bytes) => ({ bytes: Buffer.from(String(bytes).replace("original", "copy")), type: "image/webp" }),
    ...more,
  });
  const all = async (records: readonly PicturedRecord[], more?: Partial<CopiedPicturesParts>) =>
    Array.fromAsync(copiedPictures(records, ASKER, parts(more)));

  it("are copies with the hash of the original and their own", async () => {
    const bytes = Buffer.from("copy of a");
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    expect(await all([record(7, "a")])).to.deep.equal([
      {
        ...{ record: 7, sha256: "a", type: "image/jpeg" },
        copy: { type: "image/webp", sha256, base64: bytes.toString("base64") },
      },
    ]);
  });

  it("are read when they are taken, and not before", async () => {
    const pieces = copyText({ copy: { format: "x" }, pictures: copiedPictures([record(7, "a", "b")], ASKER, parts()) });
    let text = (await pieces.next()).value ?? "";
    expect(read).to.deep.equal([]);
    text += (await pieces.next()).value;
    expect(read).to.deep.equal(["a"]);
    for await (const piece of pieces) text += piece;
    const { format, pictures } = JSON.parse(text) as { format: string; pictures: { sha256: string }[] };
    expect([format, ...pictures.map((one) => one.sha256)]).to.deep.equal(["x", "a", "b"]);
  });

  it("are named where they are too many, erased or cannot be copied", async () => {
    const reasons = async (...args: Parameters<typeof all>) =>
      (await all(...args)).map(({ leftOut = "there" }) => leftOut);
    const records = [record(7, "a", "erased"), record(8, "b")];
    expect(await reasons(records)).to.deep.equal(["there", "erased", "there"]);
    read = [];
    const most = { mostBytes: 10 };
    const further = ["there", "erased", "too-large", "too-large"];
    expect(await reasons([...records, record(9, "c")], most)).to.deep.equal(further);
    expect(read, "what is behind the limit is not read").to.deep.equal(["a", "erased", "b"]);
    expect(await reasons([record(7, "a")], { strip: fails("PICTURE_INVALID") })).to.deep.equal(["not-copied"]);
    await expectRejection("STORE_FAILED", all([record(7, "a")], { strip: fails("STORE_FAILED") }));
  });
});
