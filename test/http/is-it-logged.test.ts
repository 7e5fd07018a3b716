// E8: somebody who holds the exact text or photograph of a report asks whatever is open to them whether it was reported. The
// service answers as it does for a text and a photograph that nobody ever sent.

import { createHash } from "node:crypto";

import { expect } from "chai";

import { utf8 } from "../../src/core/bytes.ts";
import { formatOpening } from "../../src/core/opening.ts";
import { canonicalJson } from "../../src/core/json.ts";
import { phonePhoto, scene } from "../pictures/support/draw.ts";
import { anchoredService } from "./support/anchored-service.ts";
import { call, type CalledAnswer, type CallOptions, type Result } from "./support/call.ts";
import { submitWithPictures } from "./support/form.ts";

const sha256 = (bytes: Uint8Array | string): string => createHash("sha256").update(bytes).digest("hex");
const CLAIMS = { category: "pothole", text: "Deep hole before 12 Elm Road, reported by Ana" };
const OTHER_CLAIMS = { category: "pothole", text: "Some other words that nobody ever sent, I hope" };
const KEY = "report-4711";

/** What a stranger guesses: the words and the photograph that are there, or others. */
interface Guess {
  readonly claims: typeof CLAIMS;
  readonly photo: Buffer;
  readonly key: string;
}

describe("E8: is it logged?", () => {
  const running = anchoredService();
  let there: Guess;
  let absent: Guess;
  let id: string;
  before(async () => {
    there = { claims: CLAIMS, photo: await phonePhoto(), key: KEY };
    absent = { claims: OTHER_CLAIMS, photo: await scene(33, 21).jpeg().toBuffer(), key: "report-0815" };
    const { key } = await running.service.access.issue("the app", "submitter", { sources: ["app/1"] });
    const record = { type: "citizen-report", source: "app/1", key: KEY, claims: CLAIMS };
    const headers = { authorization: `Bearer ${key}` };
    const answer = await submitWithPictures(running.service, record, [there.photo], { headers });
    expect(answer.status, answer.text).to.equal(201);
    id = (answer.json as Required<Result>).id;
    await running.service.anchorAll();
  });

  const plain = ({ status, text }: CalledAnswer): string => `${status} ${text.replace(/"instance":"[^"]*"/g, "")}`;

  async function expectSame(ask: (guess: Guess) => Promise<CalledAnswer>): Promise<void> {
    expect(plain(await ask(there))).to.equal(plain(await ask(absent)));
  }

  const get = (path: string, options: CallOptions = {}) => call(running.service, path, options);

  /** Every hash of it that somebody could think of. */
  const hashesOf = ({ claims, photo }: Guess): string[] => [
    sha256(photo),
    sha256(claims.text),
    sha256(canonicalJson(claims)),
    sha256(canonicalJson(claims.text)),
    sha256(formatOpening({ salt: new Uint8Array(32), name: "text", value: claims.text })),
    sha256(canonicalJson({ type: "citizen-report", source: "app/1", claims })),
  ];

  it("is not said by a look-up by hash, of a photograph, a text or a leaf", async () => {
    for (const at of hashesOf(absent).keys()) {
      for (const role of [undefined, "submitter", "auditor", "officer", "admin"] as const)
        await expectSame((guess) => get(`/v1/records?hash=${hashesOf(guess)[at]}`, role ? { role } : {}));
      await expectSame((guess) => get(`/log/addenda/00/00/${hashesOf(guess)[at]}`));
    }
  });

  it("is not said by the address of a picture, of the record itself even", async () => {
    for (const role of [undefined, "submitter", "auditor", "admin"] as const)
      await expectSame((guess) => get(`/v1/records/${id}/pictures/${sha256(guess.photo)}`, role ? { role } : {}));
    // An officer may see it: the difference is there, and is kept from the others.
    const seen = await get(`/v1/records/${id}/pictures/${sha256(there.photo)}`, { role: "officer" });
    expect(seen.status).to.equal(200);
  });

  it("is not said by the idempotency key of somebody else", async () => {
    for (const role of ["submitter", "auditor", "officer", "admin"] as const)
      await expectSame((guess) => get(`/v1/records?source=app%2F1&key=${guess.key}`, { role }));
  });

  it("is not said by the verifier, which is shown openings that somebody made up", async () => {
    const bundle = JSON.parse((await get(`/v1/records/${id}/bundle`)).text) as object;
    for (const salt of [new Uint8Array(32), new Uint8Array(32).fill(255), utf8(sha256(CLAIMS.text).slice(0, 32))])
      await expectSame(({ claims }) => {
        const openings = [formatOpening({ salt, name: "text", value: claims.text })];
        return get("/v1/verify", { body: JSON.stringify({ ...bundle, openings }) });
      });
  });

  it("is not said when the same is sent again, under the same key or another, by somebody else", async () => {
    const { key } = await running.service.access.issue("a stranger", "submitter", { sources: ["app/1"] });
    const headers = { authorization: `Bearer ${key}` };
    const statuses: [number, number][] = [];
    for (const sent of [there.key, "of-a-stranger", undefined]) {
      const send = async ({ claims, photo }: Guess, at: string): Promise<number> => {
        const name = sent === undefined ? {} : { key: `${sent}${sent === there.key ? "" : at}` };
        const record = { type: "citizen-report", source: "app/1", claims, ...name };
        return (await submitWithPictures(running.service, record, [photo], { headers })).status;
      };
      // The stranger's own key for own words comes first, so the second is a conflict of the stranger's, if at all.
      statuses.push([await send(there, "-a"), sent === there.key ? 0 : await send(absent, "-b")]);
    }
    expect(statuses.slice(1)).to.deep.equal([
      [201, 201],
      [201, 201],
    ]);
  });

  it("is not said when another app sends the same form", async () => {
    const { key: stranger } = await running.service.access.issue("another app", "submitter");
    const statusOf = async (text: string, api_key: string): Promise<number> => {
      const form = { api_key, service_code: "pothole", lat: "43.1", long: "-3.8", description: text };
      const type = "application/x-www-form-urlencoded";
      const body = new URLSearchParams(form).toString();
      return (await get("/open311/v2/requests.json", { type, body })).status;
    };
    const { submitter } = running.service.keys;
    const own = [await statusOf(CLAIMS.text, submitter), await statusOf(CLAIMS.text, submitter)];
    expect(own, "the app itself is told, so that it can send again").to.deep.equal([201, 200]);
    expect([await statusOf(CLAIMS.text, stranger), await statusOf(OTHER_CLAIMS.text, stranger)]).to.deep.equal([
      201, 201,
    ]);
  });

  it("is not said by a key that follows from the words, to those whose API key is for other sources", async () => {
    const derived = ({ claims: { text } }: Guess): string => `row-${sha256(text)}`;
    const record = { type: "citizen-report", source: "app/1", claims: OTHER_CLAIMS };
    const sent = { role: "admin", body: JSON.stringify({ ...record, key: derived(there) }) } as const;
    expect((await get("/v1/records", sent)).status).to.equal(201);
    const { key } = await running.service.access.issue("of the port", "submitter", { sources: ["port/*"] });
    const headers = { authorization: `Bearer ${key}` };
    const ask = (more: object) => (guess: Guess) =>
      get("/v1/records", { headers, body: JSON.stringify({ ...record, ...more, key: derived(guess) }) });
    await expectSame(ask({}));
    const elsewhere = ask({ source: "port/1" });
    expect([(await elsewhere(there)).status, (await elsewhere(absent)).status]).to.deep.equal([201, 201]);
  });

  it("is not said by what everybody can read of the record", async () => {
    const texts = [];
    for (const rest of ["", "/bundle", "/lineage", "/pictures", "/derivations"])
      texts.push((await get(`/v1/records/${id}${rest}`)).text);
    const said = texts.join("\n");
    for (const hash of hashesOf(there)) {
      expect(said).to.not.include(hash);
      expect(said).to.not.include(Buffer.from(hash, "hex").toString("base64url"));
      expect(said).to.not.include(Buffer.from(hash, "hex").toString("base64").slice(0, 42));
    }
    // The control: without salts, the same search finds it.
    const unsalted = canonicalJson({ _sd: [Buffer.from(sha256(CLAIMS.text), "hex").toString("base64url")] });
    expect(hashesOf(there).some((hash) => unsalted.includes(Buffer.from(hash, "hex").toString("base64url")))).to.equal(
      true,
    );
  });
});
