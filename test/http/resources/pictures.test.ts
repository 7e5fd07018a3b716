// Pictures that come with a record over HTTP: kept, named, and refused with a code where they are not sound.

import { createHash, generateKeyPairSync, sign } from "node:crypto";

import { expect } from "chai";

import { parseOpening } from "../../../src/core/opening.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import { phonePhoto, scene } from "../../pictures/support/draw.ts";
import { report } from "../../support/ledger.ts";
import { startService, type TestService } from "../../support/service.ts";
import { call, expectProblem, submit, type Result } from "../support/call.ts";
import { formOf, sendForm, submitWithPictures } from "../support/form.ts";

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

describe("pictures that come with a record", () => {
  let service: TestService;
  let photo: Buffer;
  before(async () => {
    service = await startService();
    photo = await phonePhoto();
  });
  after(() => service?.stop());

  /** What the record conceals. */
  const concealedIn = async (leafIndex: number): Promise<JsonObject> => {
    const [entry] = await service.store.entries(leafIndex, leafIndex + 1);
    const body = await service.log.check.bodyOf(entry!);
    const openings = (await service.log.check.openingsOf(leafIndex, body)) ?? [];
    return Object.fromEntries(openings.map(parseOpening).map(({ name, value }) => [name, value]));
  };

  it("are kept as they came, and named by a concealed claim", async () => {
    const png = await scene(20, 10).png().toBuffer();
    const answer = await submitWithPictures(service, report(1), [photo, png]);
    expect(answer.status, answer.text).to.equal(201);
    const { id, leafIndex } = answer.json as Required<Result>;
    expect((await concealedIn(leafIndex))["pictures"]).to.deep.equal([
      { bytes: photo.length, height: 240, sha256: sha256(photo), type: "image/jpeg", width: 320 },
      { bytes: png.length, height: 10, sha256: sha256(png), type: "image/png", width: 20 },
    ]);
    const kept = await service.vault.attachments(leafIndex);
    expect(kept?.map(({ mediaType, bytes }) => [mediaType, sha256(bytes)])).to.deep.equal([
      ["image/jpeg", sha256(photo)],
      ["image/png", sha256(png)],
    ]);
    const shown = await call(service, `/v1/records/${id}`);
    expect((shown.json as { claims: object }).claims).to.deep.equal({ category: "pothole" });
    expect(shown.text).not.to.include(sha256(photo));
    expect((await call(service, `/v1/records/${id}/bundle`)).text).not.to.include(sha256(photo));
  });

  it("make no other record of one that is sent again, and another of one with other pictures", async () => {
    const record = report(2, { key: "app/2" });
    const first = await submitWithPictures(service, record, [photo]);
    const again = await submitWithPictures(service, record, [photo]);
    expect([first.status, again.status]).to.deep.equal([201, 200]);
    expect(again.json).to.include({ id: (first.json as Result).id });
    expectProblem(await submitWithPictures(service, record, []), 409, "IDEMPOTENCY_CONFLICT");
    const other = await scene(9, 9).png().toBuffer();
    expectProblem(await submitWithPictures(service, record, [other]), 409, "IDEMPOTENCY_CONFLICT");
  });

  it("are named by the source itself if it signs, and then exactly", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    const { crv, kty, x } = publicKey.export({ format: "jwk" });
    const signed = (seq: number, pictures?: object[]): string => {
      const { claims, ...rest } = report(3) as { claims: object };
      const payload = { ...rest, seq, claims: { ...claims, ...(pictures && { pictures }) } };
      const header = { alg: "EdDSA", jwk: { crv, kty, x } };
      const input = [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
      return JSON.stringify({ jws: `${input}.${sign(null, Buffer.from(input), privateKey).toString("base64url")}` });
    };
    const named = { sha256: sha256(photo), type: "image/jpeg", bytes: photo.length, width: 320, height: 240 };
    const taken = await submitWithPictures(service, signed(101, [{ ...named, hide: [[0.1, 0.1, 0.2, 0.2]] }]), [photo]);
    expect(taken.status, taken.text).to.equal(201);
    for (const pictures of [undefined, [{ sha256: named.sha256 }], [{ ...named, width: 5 }], []])
      expectProblem(await submitWithPictures(service, signed(102, pictures), [photo]), 400, "CLAIMS_INVALID");
    for (const hide of [[[0, 0, 1, 1.1]], [[0.5, 0, 0.6, 1]], [[0, 0, 0, 1]], "all"])
      expectProblem(
        await submitWithPictures(service, signed(102, [{ ...named, hide }]), [photo]),
        400,
        "CLAIMS_INVALID",
      );
    expectProblem(await submitWithPictures(service, signed(102, [named]), []), 400, "CLAIMS_INVALID");
    const { body, type } = formOf([{ name: "record", bytes: signed(102, [named]) }]);
    const headers = { "signature-input": "sig=()", signature: "sig=::" };
    expectProblem(await submit(service, body, { type, headers }), 400, "REQUEST_INVALID");
  });

  it("are not named by who sends none", async () => {
    const { claims, ...rest } = report(4) as { claims: object };
    const named = { sha256: sha256(photo), type: "image/jpeg", bytes: 1, width: 1, height: 1 };
    const record = { ...rest, claims: { ...claims, pictures: [named] } };
    expectProblem(await submit(service, JSON.stringify(record)), 400, "CLAIMS_INVALID");
    expect((await submit(service, JSON.stringify({ ...record, claims: { ...claims, pictures: [] } }))).status).to.equal(
      201,
    );
  });

  it("C15, C16: are refused with a code, and nothing is kept", async () => {
    const size = service.log.tree.publishedSize;
    const reading = { type: "sensor-reading", source: "santander/env-419", claims: { temperature: 4 } };
    for (const [what, record, pictures, status, code] of [
      ["0 bytes", report(5), [Buffer.alloc(0)], 400, "PICTURE_INVALID"],
      ["cut off", report(5), [photo, photo.subarray(0, 900)], 400, "PICTURE_INVALID"],
      ["a script", report(5), [Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>")], 415, "PICTURE_UNSUPPORTED"],
      ["too many", report(5), Array<Buffer>(17).fill(photo), 413, "TOO_LARGE"],
      ["a type without pictures", reading, [photo], 400, "CLAIMS_INVALID"],
      ["no record", "", [photo], 400, "JSON_INVALID"],
      ["two records", [report(5), report(6)], [photo], 413, "TOO_LARGE"],
      ["a list", [report(5)], [photo], 400, "REQUEST_INVALID"],
      ["no JSON", "{", [photo], 400, "JSON_INVALID"],
    ] as const)
      expectProblem(
        await submitWithPictures(service, record, pictures).catch((error: Error) =>
          expect.fail(`${what}: ${error.message}`),
        ),
        status,
        code,
      );
    for (const count of [17, 18, 40]) {
      const many = await submitWithPictures(service, report(5), Array<Buffer>(count).fill(photo));
      expectProblem(many, 413, "TOO_LARGE");
      expect(many.text, `${count} pictures`).to.contain("a record may have 16 pictures");
    }
    const record = { name: "record", bytes: JSON.stringify(report(5)) };
    for (const parts of [
      [record, record],
      [record, { name: "picture", bytes: photo, filename: "a.jpg" }],
      [{ name: "file", bytes: photo, filename: "a.jpg" }],
    ])
      expectProblem(await sendForm(service, "/v1/records", parts), 400, "REQUEST_INVALID");
    expect(service.log.tree.publishedSize).to.equal(size);
  });

  it("come in whatever their file and its media type are called, and with a record that is a file itself", async () => {
    const answer = await sendForm(service, "/v1/records", [
      { name: "file", bytes: photo, filename: "../../etc/passwd", type: "text/html" },
      { name: "record", bytes: JSON.stringify(report(7)), filename: "record.json", type: "application/json" },
    ]);
    expect(answer.status, answer.text).to.equal(201);
  });
});
