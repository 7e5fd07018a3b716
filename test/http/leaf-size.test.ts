// E11: what size, time and order say. A leaf is as long as any other, and what is public of a record as long as of any other with
// the same public claims, whatever it conceals; of the time, the log and the API tell the second and no more.

import { randomBytes } from "node:crypto";

import { expect } from "chai";
import sharp from "sharp";

import { encodeEntry, ENTRY_BYTES } from "../../src/core/entry.ts";
import { report } from "../support/ledger.ts";
import { startService, type TestService } from "../support/service.ts";
import { call, submit, type CalledAnswer, type Result } from "./support/call.ts";
import { submitWithPictures } from "./support/form.ts";

const SECOND = Date.parse("2026-11-28T03:00:00Z");

describe("E11: size and time", () => {
  let service: TestService;
  before(async () => (service = await startService({ logLevel: "silent", now: () => SECOND })));
  after(() => service.stop());

  const recordWith = (concealed: object): object =>
    report(1, { source: "city/app", claims: { category: "noise", area: "centro", ...concealed } });
  const resultOf = ({ status, text, json }: CalledAnswer): Required<Result> => {
    expect(status, text).to.equal(201);
    return json as Required<Result>;
  };

  it("are the same for records of ten bytes and of a megabyte", async () => {
    const details = Object.fromEntries(Array.from({ length: 6 }, (_, at) => [`d${at}`, "x".repeat(8_000)]));
    const person = {
      reporterName: "Ana",
      reporterEmail: "ana@example.org",
      reporterPhone: "600",
      address: "1 Elm Road",
    };
    const sent = [{}, { text: "" }, { text: "x".repeat(8_000) }, { ...person, latitude: 1.5 }, { details, ...person }];
    const results: Required<Result>[] = [];
    for (const concealed of sent) results.push(resultOf(await submit(service, JSON.stringify(recordWith(concealed)))));
    const picture = await noise(700);
    expect(picture.length).to.be.greaterThan(500_000);
    results.push(resultOf(await submitWithPictures(service, recordWith({}), [picture])));
    const leaves = results.map(({ leafIndex }) => leafIndex);
    expect(Math.max(...leaves), "numbers of one digit").to.be.lessThan(10);
    const entries = await service.store.entries(leaves[0]!, leaves.at(-1)! + 1);
    expect(new Set(entries.map((entry) => encodeEntry(entry).length))).to.deep.equal(new Set([ENTRY_BYTES]));
    expect(new Set(entries.map(({ body }) => body!.length)).size, "bodies").to.equal(1);
    for (const path of ["", "/lineage"]) {
      const views = await Promise.all(results.slice(0, -1).map(({ id }) => call(service, `/v1/records/${id}${path}`)));
      expect(new Set(views.map(({ text }) => text.length)).size, `views ${path}`).to.equal(1);
    }
  });

  it("differ by what is public alone", async () => {
    const { leafIndex } = resultOf(await submit(service, JSON.stringify(recordWith({ area: "c" }))));
    const [entry] = await service.store.entries(leafIndex, leafIndex + 1);
    const other = (await service.store.entries(2, 3))[0]!;
    expect(other.body!.length - entry!.body!.length, "the public claim is shorter").to.equal("centro".length - 1);
  });

  it("are told to the second, from the first millisecond to the last, in everything that is public", async () => {
    const found: string[][] = [];
    for (const ms of [1, 999]) {
      const late = await startService({ logLevel: "silent", now: () => SECOND + ms });
      try {
        const { id, leafIndex } = resultOf(await submit(late, JSON.stringify(recordWith({ text: "x" }))));
        const [entry] = await late.store.entries(leafIndex, leafIndex + 1);
        const shown = [new TextDecoder().decode(entry!.body!)];
        for (const path of [`/v1/records/${id}`, `/v1/records/${id}/lineage`, "/v1/checkpoints", "/log/checkpoint"])
          shown.push((await call(late, path)).text);
        // What is drawn anew each time says nothing: digests, hashes and signatures, and the id that follows from them.
        found.push(shown.map((text) => text.replaceAll(/[\w+/=-]{36,}|\w{8}-[\w-]{27}/g, "*")));
      } finally {
        await late.stop();
      }
    }
    expect(found[0]!.join()).to.include(String(SECOND / 1_000));
    expect(found[0]).to.deep.equal(found[1]);
  });
});

/** A picture that does not pack. */
function noise(side: number): Promise<Buffer> {
  const raw = { width: side, height: side, channels: 3 } as const;
  return sharp(randomBytes(3 * side * side), { raw })
    .jpeg({ quality: 95 })
    .toBuffer();
}
