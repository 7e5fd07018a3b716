// Pictures in Open311 requests, as phones and browsers send them: kept with the report, sealed, and shown as copies alone.

import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { parseXml } from "@rgrove/parse-xml";
import { expect } from "chai";

import type { JsonObject } from "../../../src/core/json.ts";
import type { Received } from "../../../src/core/received.ts";
import { parseOpen311Settings } from "../../../src/sources/open311-services.ts";
import { CANARY, phonePhoto, scene, TRAILER } from "../../pictures/support/draw.ts";
import { shippedProfiles, startService, type TestService } from "../../support/service.ts";
import { call, type CalledAnswer } from "../support/call.ts";
import { formOf, type SentPart } from "../support/form.ts";

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const CITY = parseOpen311Settings({
  format: "warifu-open311/1",
  source: "city/open311",
  services: [{ code: "pothole", name: "Pothole", description: "A hole in a street" }],
});
const FIELDS = { service_code: "pothole", lat: "43.4628", long: "-3.8044", description: "the hole" };

describe("pictures in an Open311 request", () => {
  let service: TestService;
  let photo: Buffer;
  let png: Buffer;
  before(async () => {
    const { version, ...report } = shippedProfiles().get("citizen-report")!.document as JsonObject;
    // Nothing here hides faces.
    const published = { ...report, version: Number(version) + 1, pictures: "published" };
    service = await startService({ open311: CITY, profiles: [published] });
    [photo, png] = [await phonePhoto(), await scene(20, 10).png().toBuffer()];
  });
  after(() => service?.stop());

  const media = (bytes: Uint8Array | string, more: Partial<SentPart> = {}): SentPart => ({
    ...{ name: "media", filename: "IMG_1.jpg", type: "image/jpeg", bytes },
    ...more,
  });
  /** A form with the key in a field, before the pictures or behind them. */
  const partsOf = (files: readonly SentPart[], more: Readonly<Record<string, string>> = {}): SentPart[] => {
    const fields = Object.entries({ ...FIELDS, ...more }).map(([name, bytes]) => ({ name, bytes }));
    return [...fields, ...files, { name: "api_key", bytes: service.keys.submitter }];
  };
  const post = (form: { readonly body: Uint8Array; readonly type: string }) =>
    call(service, "/open311/v2/requests.json", form);
  const send = (files: readonly SentPart[], more: Readonly<Record<string, string>> = {}) =>
    post(formOf(partsOf(files, more)));
  const idIn = ({ json, text }: CalledAnswer): string => {
    const [created] = (json ?? []) as { service_request_id?: string }[];
    return created?.service_request_id ?? expect.fail(text);
  };
  const shown = async (id: string): Promise<{ readonly media_url: string | null }> => {
    const { json } = await call(service, `/open311/v2/requests/${id}.json`);
    return (json as { media_url: string | null }[])[0]!;
  };
  const keptOf = async (id: string) => {
    const { leafIndex } = await service.ledger.records.placeOf(id);
    const [entry] = await service.store.entries(leafIndex, leafIndex + 1);
    const claims = await service.log.check.claimsOf(leafIndex, await service.log.check.bodyOf(entry!));
    return { claims: claims ?? {}, kept: (await service.vault.attachments(leafIndex)) ?? [] };
  };

  it("are kept as they came, once, and the form without them, into which they can be put back", async () => {
    const form = formOf(partsOf([media(photo), media(png, { name: "media[]", filename: "b.png" })]));
    const created = await post(form);
    expect(created.status, created.text).to.equal(201);
    const { claims, kept } = await keptOf(idIn(created));
    expect(claims["pictures"]).to.deep.equal([
      { bytes: photo.length, height: 240, sha256: sha256(photo), type: "image/jpeg", width: 320 },
      { bytes: png.length, height: 10, sha256: sha256(png), type: "image/png", width: 20 },
    ]);
    const [original, ...pictures] = kept.map(({ bytes }) => Buffer.from(bytes)) as [Buffer, ...Buffer[]];
    expect(pictures.map(sha256)).to.deep.equal([sha256(photo), sha256(png)]);
    expect((claims["received"] as Received).sha256).to.equal(sha256(original));
    let [rest, whole] = [original, Buffer.alloc(0)];
    for (const content of [photo, png, Buffer.from(service.keys.submitter)]) {
      const at = rest.indexOf("\r\n\r\n\r\n--") + 4;
      whole = Buffer.concat([whole, rest.subarray(0, at), content]);
      rest = rest.subarray(at);
    }
    expect(Buffer.concat([whole, rest]).equals(form.body)).to.equal(true);
  });

  it("are shown by the address of their published copy, once there is one", async () => {
    const id = idIn(await send([media(photo)], { description: "shown" }));
    await service.publishing.settled();
    const { media_url: url } = await shown(id);
    expect(url).to.match(new RegExp(`^${service.url}/v1/records/${id}/pictures/[0-9a-f]{64}$`));
    const copy = await call(service, url!.slice(service.url.length));
    expect([copy.status, copy.headers.get("content-type")]).to.deep.equal([200, "image/webp"]);
    const listed = await call(service, "/open311/v2/requests.xml");
    expect(parseXml(listed.text).root?.text).to.include(url);
    const without = idIn(await send([], { description: "none" }));
    expect((await shown(without)).media_url).to.equal(null);
    const { leafIndex } = await service.ledger.records.placeOf(id);
    await service.log.writer.erase(leafIndex);
    expect((await call(service, "/open311/v2/requests.xml")).text).not.to.include(url);
  });

  it("make the same request once, and another one with another picture", async () => {
    const [first, again] = [
      await send([media(photo)], { description: "x" }),
      await send([media(photo)], { description: "x" }),
    ];
    expect([first.status, again.status, idIn(again)]).to.deep.equal([201, 200, idIn(first)]);
    const others = [await send([media(png)], { description: "x" }), await send([], { description: "x" })];
    for (const other of others) expect([other.status, idIn(other)]).to.not.deep.equal([200, idIn(first)]);
  });

  it("are none where a browser's form had none chosen", async () => {
    const created = await send([media("", { filename: "" })], { description: "empty" });
    expect(created.status, created.text).to.equal(201);
    expect((await keptOf(idIn(created))).claims).not.to.have.property("pictures");
  });

  it("C15 C16: are refused where they are cut off, something else, too many or elsewhere, and leave nothing behind", async () => {
    await service.publishing.settled();
    const { size } = service.log.tree;
    const wrong: readonly [string, readonly SentPart[], number][] = [
      ["empty", [media("")], 400],
      ["cut off", [media(png), media(photo.subarray(0, 900))], 400],
      ["a script", [media("<svg xmlns='http://www.w3.org/2000/svg'/>")], 415],
      ["too many", Array.from({ length: 17 }, () => media(png)), 413],
      ["of another name", [media(png, { name: "file" })], 400],
    ];
    for (const [what, files, status] of wrong) {
      const { json, text, status: got } = await send(files);
      expect(got, `${what}: ${text}`).to.equal(status);
      expect((json as { code: number }[])[0]?.code).to.equal(status);
    }
    const long = Object.fromEntries(Array.from({ length: 6 }, (_, at) => [`x${at}`, "x".repeat(60_000)]));
    expect((await send([media(png)], long)).text).to.match(/262144 bytes besides its pictures/);
    expect(service.log.tree.size).to.equal(size);
    expect((await send([media(png)], { description: "afterwards" })).status).to.equal(201);
  });

  it("are not looked at before it is known who sends them", async () => {
    const cut = media(photo.subarray(0, 900));
    const refused = await post(formOf([...partsOf([cut]).slice(0, -1), { name: "api_key", bytes: "wk_wrong" }]));
    expect(refused.status, refused.text).to.equal(403);
  });

  it("E10: nothing of a picture but its pixels is stored in clear or served", async () => {
    const id = idIn(await send([media(photo, { filename: `${CANARY}.jpg` })], { description: "canary" }));
    await service.publishing.settled();
    const { media_url: url } = await shown(id);
    const served = [];
    for (const path of [`/open311/v2/requests/${id}.json`, "/open311/v2/requests.xml", `/v1/records/${id}`, url!])
      served.push((await call(service, path.replace(service.url, ""))).bytes);
    const files = readdirSync(service.folder).map((name) => readFileSync(join(service.folder, name)));
    const everything = Buffer.concat([...files, ...served, Buffer.from(service.logText())]);
    const gps = Buffer.from([43, 0, 0, 0, 1, 0, 0, 0, 27, 0, 0, 0, 1, 0, 0, 0]);
    for (const secret of [gps, TRAILER, photo.subarray(1_000, 1_064)]) expect(photo.includes(secret)).to.equal(true);
    for (const secret of [CANARY, "Exif\0\0", gps, photo.subarray(1_000, 1_064), sha256(photo), service.keys.submitter])
      expect(everything.includes(secret), `${secret}`).to.equal(false);
    for (const hidden of [CANARY, gps])
      expect(everything.includes(Buffer.from(hidden).toString("base64").slice(0, 12))).to.equal(false);
    // The scan would find what is there.
    expect(everything.includes("pothole")).to.equal(true);
  });
});
