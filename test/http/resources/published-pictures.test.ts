// What is published of pictures, how it is recorded, and that nothing else of them is anywhere in clear.

import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import sharp from "sharp";

import { parseBody } from "../../../src/core/body.ts";
import { derivationOf } from "../../../src/core/derivation-event.ts";
import { openingDigest, parseOpening } from "../../../src/core/opening.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import { CANARY, phonePhoto, pngWithText, scene, TRAILER } from "../../pictures/support/draw.ts";
import { shippedProfiles, startService, type TestService } from "../../support/service.ts";
import { call, expectProblem, type CalledAnswer, type Result } from "../support/call.ts";
import { sendForm, submitWithPictures } from "../support/form.ts";

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

const REPORT = shippedProfiles().get("citizen-report")!.document as JsonObject;
/** Reports of which pictures are published without a look for faces, and of which none are. */
const OPEN = { ...REPORT, type: "street-report", pictures: "published" };
const SEALED = { ...REPORT, type: "sealed-report", pictures: "sealed" };

/** Pictures that carry content credentials. */
const CREDENTIALS = join(import.meta.dirname, "../../pictures/credentials");

interface Listed {
  readonly published: { readonly sha256: string; readonly picture: number; readonly derivation: string }[];
  readonly unpublished?: { readonly picture: number; readonly reason: string }[];
}
interface Derived {
  readonly id: string;
  readonly leafIndex: number;
  readonly picture: number;
  readonly tool: string;
  readonly manualBoxes: number;
  readonly facesFound?: number;
  readonly by: string;
  readonly out?: { readonly sha256: string };
  readonly opening?: string;
}

describe("published pictures", () => {
  let service: TestService;
  let photo: Buffer;
  before(async () => {
    service = await startService({ profiles: [OPEN, SEALED] });
    photo = await phonePhoto();
  });
  after(() => service?.stop());

  const enter = async (type: string, pictures: readonly Uint8Array[], more: object = {}): Promise<Required<Result>> => {
    const record = { type, source: "app/1", claims: { category: "pothole", text: "the hole", ...more } };
    const answer = await submitWithPictures(service, record, pictures);
    expect(answer.status, answer.text).to.equal(201);
    await service.publishing.settled();
    return answer.json as Required<Result>;
  };
  const listOf = async (id: string, role?: "auditor"): Promise<Listed> =>
    (await call(service, `/v1/records/${id}/pictures`, role ? { role } : {})).json as Listed;
  const derivationsOf = async (id: string): Promise<Derived[]> =>
    ((await call(service, `/v1/records/${id}/derivations`)).json as { items: Derived[] }).items;
  /** What an event conceals about where something was hidden. */
  const boxesOf = async ({ leafIndex }: Derived): Promise<unknown> => {
    const [entry] = await service.store.entries(leafIndex, leafIndex + 1);
    const claims = await service.log.check.claimsOf(leafIndex, await service.log.check.bodyOf(entry!));
    return claims?.["boxes"];
  };
  const pictureOf = (id: string, hash: string, role?: "officer" | "auditor" | "submitter"): Promise<CalledAnswer> =>
    call(service, `/v1/records/${id}/pictures/${hash}`, role ? { role } : {});

  it("are served to everybody, as what they are and nothing that a browser would run", async () => {
    const { id } = await enter("street-report", [photo, await pngWithText()]);
    const { published } = await listOf(id);
    expect(published.map(({ picture }) => picture)).to.deep.equal([0, 1]);
    for (const { sha256: hash } of published) {
      const answer = await pictureOf(id, hash);
      expect(answer.status).to.equal(200);
      expect(sha256(answer.bytes)).to.equal(hash);
      expect(Object.fromEntries(answer.headers)).to.include({
        "content-type": "image/webp",
        "content-disposition": "inline",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
      });
      expect((await sharp(answer.bytes).metadata()).format).to.equal("webp");
    }
  });

  it("are recorded as derivations, which anybody holds against the public log", async () => {
    const { id, leafIndex } = await enter("street-report", [photo]);
    const [derived] = await derivationsOf(id);
    expect(derived).to.include({ picture: 0, tool: "warifu-pictures", manualBoxes: 0, by: "service" });
    const event = await call(service, `/v1/records/${derived!.id}`);
    expect(event.json).to.deep.include({
      kind: "derivation",
      vct: "warifu:derivation:1",
      leafIndex: derived!.leafIndex,
    });
    const [entry] = await service.store.entries(derived!.leafIndex, derived!.leafIndex + 1);
    const hash = Buffer.from(entry!.bodyDigest).toString("hex");
    const addendum = await call(service, `/log/addenda/${hash.slice(0, 2)}/${hash.slice(2, 4)}/${hash}`);
    const body = parseBody(addendum.bytes);
    expect(derivationOf(body)).to.deep.equal({
      ...{ by: "service", manualBoxes: 0, picture: 0, record: leafIndex, tool: "warifu-pictures", version: "1" },
    });
    const picture = await pictureOf(id, derived!.out!.sha256);
    expect(body.digests).to.include(openingDigest(derived!.opening!));
    expect(parseOpening(derived!.opening!)).to.deep.include({
      name: "out",
      value: {
        bytes: picture.bytes.length,
        height: 320,
        sha256: sha256(picture.bytes),
        type: "image/webp",
        width: 240,
      },
    });
    expect(addendum.text).not.to.include(sha256(photo)).and.not.to.include(sha256(picture.bytes));
  });

  it("E8: tell nobody whether an original is here, and give it to officers alone, as an opening", async () => {
    const { id } = await enter("street-report", [photo]);
    const told = ({ status, json }: CalledAnswer): object => ({ status, ...(json as object), instance: "" });
    for (const role of [undefined, "submitter", "auditor"] as const) {
      const [there, nowhere] = [await pictureOf(id, sha256(photo), role), await pictureOf(id, "0".repeat(64), role)];
      expectProblem(there, 404, "NOT_FOUND");
      expect(told(there)).to.deep.equal(told(nowhere));
    }
    const before = service.logText().match(/"event":"openings-given"/g)?.length ?? 0;
    const original = await pictureOf(id, sha256(photo), "officer");
    expect(Buffer.from(original.bytes).equals(photo)).to.equal(true);
    expect(original.headers.get("content-disposition")).to.equal("attachment");
    expect(service.logText().match(/"event":"openings-given"/g)).to.have.length(before + 1);
    expectProblem(await pictureOf(id, "0".repeat(64), "officer"), 404, "NOT_FOUND");
    expect(service.logText().match(/"event":"openings-given"/g)).to.have.length(before + 1);
    expectProblem(await pictureOf(id, "0", "officer"), 400, "REQUEST_INVALID");
    const elsewhere = await enter("street-report", [await scene(50, 40).png().toBuffer()]);
    expectProblem(await pictureOf(elsewhere.id, sha256(photo), "officer"), 404, "NOT_FOUND");
    const { key } = await service.access.issue("other", "officer", { sources: ["elsewhere/*"] });
    const headers = { authorization: `Bearer ${key}` };
    const refusals = (): number => service.logText().match(/"event":"forbidden"/g)?.length ?? 0;
    const noted = refusals();
    const [withKey, without] = [
      await call(service, `/v1/records/${id}/pictures/${sha256(photo)}`, { headers }),
      await pictureOf(id, sha256(photo)),
    ];
    expectProblem(withKey, 404, "NOT_FOUND");
    expect(told(withKey)).to.deep.equal(told(without));
    expect(refusals()).to.equal(noted + 1);
    const boxes = JSON.stringify({ picture: 0, hide: [[0, 0, 1, 1]] });
    const more = await call(service, `/v1/records/${id}/derivations`, { headers, body: boxes });
    expectProblem(more, 403, "FORBIDDEN");
  });

  it("are none while a profile wants faces hidden and nothing here hides them, and none of a sealed one", async () => {
    const { id } = await enter("citizen-report", [photo]);
    expect(await listOf(id)).to.deep.equal({ published: [] });
    expect(await listOf(id, "auditor")).to.deep.equal({
      published: [],
      unpublished: [{ picture: 0, reason: "faces-not-hidden" }],
    });
    const sealed = await enter("sealed-report", [photo]);
    expect(await listOf(sealed.id, "auditor")).to.deep.equal({
      published: [],
      unpublished: [{ picture: 0, reason: "sealed" }],
    });
    const role = "officer";
    const boxes = { role, body: JSON.stringify({ picture: 0, hide: [[0, 0, 1, 1]] }) } as const;
    expectProblem(await call(service, `/v1/records/${id}/derivations`, boxes), 503, "FACES_NOT_HIDDEN");
    expectProblem(await call(service, `/v1/records/${sealed.id}/derivations`, boxes), 404, "NOT_FOUND");
  });

  it("hide what their sender marked, and what an officer adds, which replaces what was published", async () => {
    const { id } = await enter("street-report", [photo], { pictures: [{ hide: [[0.2, 0.1, 0.5, 0.3]] }] });
    const [first] = await derivationsOf(id);
    expect(first!.manualBoxes).to.equal(1);
    const body = JSON.stringify({ picture: 0, hide: [[0, 0, 1, 1]] });
    const added = await call(service, `/v1/records/${id}/derivations`, { role: "officer", body });
    expect(added.status, added.text).to.equal(201);
    expect(added.json).to.include({ manualBoxes: 2, by: "service" });
    const all = await derivationsOf(id);
    expect(all.map(({ out }) => out === undefined)).to.deep.equal([true, false]);
    expectProblem(await pictureOf(id, first!.out!.sha256), 404, "NOT_FOUND");
    expect((await pictureOf(id, all[1]!.out!.sha256)).status).to.equal(200);
    expect(await service.vault.isErased(first!.leafIndex)).to.equal(true);
    for (const wrong of [
      { picture: 1, hide: [[0, 0, 1, 1]] },
      { picture: 0, hide: [] },
      { picture: 0, hide: [[0, 0, 2, 1]] },
    ]) {
      const answer = await call(service, `/v1/records/${id}/derivations`, {
        role: "officer",
        body: JSON.stringify(wrong),
      });
      expect([400, 404]).to.include(answer.status);
    }
  });

  it("show nothing again that was hidden before: by the sender, an officer, two at the same time, or another tool", async () => {
    const [upper, lower] = [[0, 0, 1, 0.5] as const, [0, 0.5, 1, 0.5] as const];
    const board = await checkerboard();
    const hide = async (id: string, ...boxes: (readonly number[])[]): Promise<void> => {
      const body = JSON.stringify({ picture: 0, hide: boxes });
      const answer = await call(service, `/v1/records/${id}/derivations`, { role: "officer", body });
      expect(answer.status, answer.text).to.equal(201);
    };
    const shown = async (id: string): Promise<boolean[]> => {
      const { out } = (await derivationsOf(id)).at(-1)!;
      const bytes = Buffer.from((await pictureOf(id, out!.sha256)).bytes);
      return Promise.all([0, 160].map((top) => isVisible(bytes, top)));
    };
    const { id: byTurns } = await enter("street-report", [board]);
    expect(await shown(byTurns)).to.deep.equal([true, true]);
    await hide(byTurns, upper);
    expect(await shown(byTurns)).to.deep.equal([false, true]);
    await hide(byTurns, lower);
    expect(await shown(byTurns)).to.deep.equal([false, false]);
    const { id: atOnce } = await enter("street-report", [board]);
    await Promise.all([hide(atOnce, upper), hide(atOnce, lower)]);
    expect(await shown(atOnce)).to.deep.equal([false, false]);
    const { id: marked } = await enter("street-report", [board], { pictures: [{ hide: [upper] }] });
    const derivation = { name: "derivation", bytes: JSON.stringify({ picture: 0, tool: "by hand", version: "1" }) };
    const form = [derivation, { name: "file", bytes: board, filename: "out.png" }];
    expect((await sendForm(service, `/v1/records/${marked}/derivations`, form, { role: "officer" })).status).to.equal(
      201,
    );
    expect(await shown(marked)).to.deep.equal([false, true]);
    await hide(marked, lower);
    expect(await shown(marked)).to.deep.equal([false, false]);
    // What an officer had hidden stays so in what another tool sends, and the event says where.
    expect((await sendForm(service, `/v1/records/${marked}/derivations`, form, { role: "officer" })).status).to.equal(
      201,
    );
    expect(await shown(marked)).to.deep.equal([false, false]);
    expect(await boxesOf((await derivationsOf(marked)).at(-1)!)).to.deep.equal([upper, lower]);
  });

  it("are recorded with every box that is hidden in them, none of them smaller than it was drawn", async () => {
    const { id } = await enter("street-report", [photo], { pictures: [{ hide: [[0.2, 0.1, 0.5, 0.3]] }] });
    for (const box of [
      [0.1004, 0.1004, 0.0002, 0.0002],
      [0, 0.5, 1, 0.5],
    ]) {
      const body = JSON.stringify({ picture: 0, hide: [box] });
      const answer = await call(service, `/v1/records/${id}/derivations`, { role: "officer", body });
      expect(answer.status, answer.text).to.equal(201);
    }
    const newest = (await derivationsOf(id)).at(-1)!;
    expect(newest.manualBoxes).to.equal(3);
    expect(await boxesOf(newest)).to.deep.equal([
      [0.2, 0.1, 0.5, 0.3],
      [0.1, 0.1, 0.001, 0.001],
      [0, 0.5, 1, 0.5],
    ]);
  });

  it("are refused of another shape than what is published, if something is hidden there", async () => {
    const { id } = await enter("street-report", [await checkerboard()]);
    const send = async (width: number, height: number): Promise<CalledAnswer> => {
      const file = await scene(width, height).png().toBuffer();
      const said = JSON.stringify({ picture: 0, tool: "by hand", version: "1" });
      const form = [
        { name: "derivation", bytes: said },
        { name: "file", bytes: file, filename: "out.png" },
      ];
      return sendForm(service, `/v1/records/${id}/derivations`, form, { role: "officer" });
    };
    // Nothing is hidden yet: a part of the picture is as good as the whole.
    expect((await send(200, 100)).status).to.equal(201);
    const body = JSON.stringify({ picture: 0, hide: [[0, 0, 0.5, 0.5]] });
    await call(service, `/v1/records/${id}/derivations`, { role: "officer", body });
    const refused = await send(100, 100);
    expectProblem(refused, 400, "REQUEST_INVALID");
    expect(refused.text).to.contain("another shape");
    expect((await send(401, 200)).status).to.equal(201);
  });

  it("hide a letter that has a box of its own", async () => {
    const boxes = Array.from({ length: 20 }, (_, at) => [at / 20, 0, 1 / 20, 1 / 20]);
    const { id } = await enter("street-report", [await checkerboard(5)], { pictures: [{ hide: boxes }] });
    const { out } = (await derivationsOf(id)).at(-1)!;
    const bytes = Buffer.from((await pictureOf(id, out!.sha256)).bytes);
    expect(await isVisible(bytes, 2, 12)).to.equal(false);
    expect(await isVisible(bytes, 100)).to.equal(true);
  });

  it("may be another tool's, which says what it did; it is decoded and stripped all the same", async () => {
    const { id } = await enter("citizen-report", [photo]);
    const derivation = {
      picture: 0,
      tool: "GANonymizer",
      version: "2.1",
      facesFound: 2,
      manualBoxes: 1,
      model: "ab".repeat(32),
    };
    const send = (
      parts: { name: string; bytes: string | Buffer; filename?: string }[],
      role: "officer" | "submitter" = "officer",
    ) => sendForm(service, `/v1/records/${id}/derivations`, parts, { role });
    const form = (file: Buffer, said: object = derivation) => [
      { name: "derivation", bytes: JSON.stringify(said) },
      { name: "file", bytes: file, filename: "out.jpg" },
    ];
    const answer = await send(form(photo));
    expect(answer.status, answer.text).to.equal(201);
    const { out, ...said } = answer.json as Derived;
    expect(said).to.include({ ...derivation, by: "client" });
    expect(Buffer.from((await pictureOf(id, out!.sha256)).bytes).includes(CANARY)).to.equal(false);
    expectProblem(await send(form(photo), "submitter"), 403, "FORBIDDEN");
    expectProblem(await send(form(Buffer.from("no picture"))), 415, "PICTURE_UNSUPPORTED");
    expectProblem(await send(form(photo.subarray(0, 700))), 400, "PICTURE_INVALID");
    expectProblem(await send(form(photo, { ...derivation, picture: 1 })), 404, "NOT_FOUND");
    expectProblem(await send(form(photo, { ...derivation, tool: "<script>" })), 400, "REQUEST_INVALID");
    expectProblem(await send(form(photo).slice(0, 1)), 400, "REQUEST_INVALID");
    const { facesFound: _, ...unlooked } = derivation;
    for (const [wrong, says] of [
      [unlooked, "how many were found"],
      [{ ...derivation, tool: "warifu-pictures" }, "what the service calls its own copies"],
    ] as const) {
      const refused = await send(form(photo, wrong));
      expectProblem(refused, 400, "REQUEST_INVALID");
      expect(refused.text).to.contain(says);
    }
  });

  it("are erased with their record, for good", async () => {
    const { id, leafIndex } = await enter("street-report", [photo]);
    const [derived] = await derivationsOf(id);
    await service.log.writer.erase(leafIndex);
    expectProblem(await pictureOf(id, derived!.out!.sha256), 404, "NOT_FOUND");
    expectProblem(await pictureOf(id, sha256(photo), "officer"), 404, "NOT_FOUND");
    expect(await listOf(id)).to.deep.equal({ published: [] });
    expect((await derivationsOf(id))[0]).not.to.have.any.keys("out", "opening");
    expect(await service.vault.attachments(derived!.leafIndex)).to.equal(undefined);
    const body = JSON.stringify({ picture: 0, hide: [[0, 0, 1, 1]] });
    expectProblem(await call(service, `/v1/records/${id}/derivations`, { role: "officer", body }), 404, "NOT_FOUND");
  });

  it("E10: nothing of an original but its pixels is stored in clear or served, in any spelling", async () => {
    const signed = ["jpg", "png", "webp"].map((ending) => readFileSync(join(CREDENTIALS, `signed.${ending}`)));
    for (const one of signed)
      expect([one.includes("urn:c2pa"), one.includes("Test camera maker")]).to.deep.equal([true, true]);
    const { id } = await enter("street-report", [photo, await pngWithText(), ...signed]);
    const kept = readdirSync(service.folder).map((name) => readFileSync(join(service.folder, name)));
    const served: Buffer[] = [];
    const take = async (path: string, role?: "auditor"): Promise<void> => {
      served.push(Buffer.from((await call(service, path, role ? { role } : {})).bytes));
    };
    for (const path of ["", "/bundle", "/pictures", "/derivations"]) await take(`/v1/records/${id}${path}`);
    for (const { sha256: hash } of (await listOf(id)).published) await take(`/v1/records/${id}/pictures/${hash}`);
    await take("/v1/records?limit=1000", "auditor");
    const size = service.log.tree.publishedSize;
    await take(`/log/tile/entries/000.p/${size}`);
    for (const { bodyDigest } of await service.store.entries(0, size)) {
      const hash = Buffer.from(bodyDigest).toString("hex");
      await take(`/log/addenda/${hash.slice(0, 2)}/${hash.slice(2, 4)}/${hash}`);
    }
    const everything = Buffer.concat([...kept, ...served, Buffer.from(service.logText())]);
    const thumbnail = await scene(40, 30).jpeg().toBuffer();
    const gps = Buffer.from([43, 0, 0, 0, 1, 0, 0, 0, 27, 0, 0, 0, 1, 0, 0, 0]);
    expect([photo.includes(thumbnail), photo.includes(gps), photo.includes(TRAILER)]).to.deep.equal([true, true, true]);
    const secrets = [
      CANARY,
      "Exif\0\0",
      "adobe:ns:meta",
      "Photoshop 3.0",
      "jumb",
      "urn:c2pa",
      "Test camera maker",
      "test camera",
      gps,
      thumbnail,
      photo.subarray(-2_000, -1_900),
    ];
    secrets.push(
      photo.subarray(1_000, 1_064),
      sha256(photo),
      Buffer.from(sha256(photo), "hex"),
      createHash("md5").update(photo).digest(),
    );
    for (const [at, secret] of secrets.entries())
      for (const spelled of spellings(Buffer.from(secret as Buffer)))
        expect(everything.includes(spelled), `secret ${at}`).to.equal(false);
    // The scan would find what is there.
    expect(everything.includes("pothole")).to.equal(true);
  });
});

/** As bytes, hexadecimal, UTF-16, and base64 at each of its three offsets. */
function spellings(secret: Buffer): Buffer[] {
  const base64 = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), secret]).toString("base64");
    return text.slice(offset === 0 ? 0 : 4, text.length - 4);
  });
  const texts = [
    secret.toString("hex"),
    secret.toString("hex").toUpperCase(),
    ...base64.filter((text) => text.length > 7),
  ];
  return [secret, Buffer.from(secret.toString("latin1"), "utf16le"), ...texts.map((text) => Buffer.from(text))];
}

/** Black and white squares, 320 by 320 pixels in all. */
function checkerboard(square = 10): Promise<Buffer> {
  const pixels = Buffer.alloc(320 * 320, 0);
  for (let at = 0; at < pixels.length; at++) {
    const [x, y] = [Math.floor((at % 320) / square), Math.floor(at / 320 / square)];
    pixels[at] = (x + y) % 2 === 0 ? 255 : 0;
  }
  return sharp(pixels, { raw: { width: 320, height: 320, channels: 1 } })
    .png()
    .toBuffer();
}

/** Whether black and white can be told apart in a strip of it. */
async function isVisible(picture: Buffer, top: number, height = 160): Promise<boolean> {
  const strip = await sharp(picture).extract({ left: 0, top, width: 320, height }).greyscale().raw().toBuffer();
  const mean = strip.reduce((sum, value) => sum + value, 0) / strip.length;
  const variance = strip.reduce((sum, value) => sum + (value - mean) ** 2, 0) / strip.length;
  return Math.sqrt(variance) > 60;
}
