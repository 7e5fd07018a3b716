// Content credentials (C2PA) of pictures that come in: found by content, read where the package is installed, and whatever is
// in them, the record is taken. How the signed pictures were made is in credentials/make.py.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import sharp from "sharp";

import type { ContentCredentials } from "../../src/core/content-credentials.ts";
import { hasCredentials } from "../../src/pictures/credentials-place.ts";
import { hasCredentialsReader } from "../../src/pictures/credentials-reader.ts";
import { recognisePicture } from "../../src/pictures/picture-format.ts";
import { PictureProcess } from "../../src/pictures/picture-process.ts";
import { patientServer } from "../support/patient-server.ts";
import { chunk, phonePhoto, scene } from "./support/draw.ts";

const PACKAGES = join(import.meta.dirname, "..", "..", "faces");
const signed = (ending: "jpg" | "png" | "webp"): Buffer =>
  readFileSync(join(import.meta.dirname, "credentials", `signed.${ending}`));
const SIGNED = ["jpg", "png", "webp"] as const;
const looked = (bytes: Uint8Array) => ({ bytes, type: recognisePicture(bytes).type });

/** An APP11 segment with the head of a box of that type. */
function segment(content: Buffer): Buffer {
  const head = Buffer.from([0xff, 0xeb, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
}
const box = (kind: string, more = 0): Buffer =>
  Buffer.concat([
    Buffer.from(`JP\0\x01\0\0\0\x01\0\0\x40\0jumb\0\0\0\x1ejumd${kind}`, "latin1"),
    Buffer.alloc(more, 7),
  ]);
const inserted = (jpeg: Buffer, ...segments: Buffer[]): Buffer =>
  Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);

describe("content credentials of a picture", () => {
  it("are found by content in each format, and nowhere else", async () => {
    for (const ending of SIGNED) {
      const { bytes, type } = looked(signed(ending));
      expect(hasCredentials(bytes, type), ending).to.equal(true);
      const bare = await sharp(bytes)
        .toFormat(ending === "jpg" ? "jpeg" : ending)
        .toBuffer();
      expect(hasCredentials(bare, type), ending).to.equal(false);
      for (let length = 0; length < bytes.length; length += 7)
        expect(hasCredentials(bytes.subarray(0, length), type)).to.be.a("boolean");
    }
    const jpeg = await scene().jpeg().toBuffer();
    for (const [other, expected] of [
      [await phonePhoto(), true],
      [inserted(jpeg, segment(box("c2pa"))), true],
      [inserted(jpeg, Buffer.from([0xff, 0xff]), segment(box("c2pa"))), true],
      // Another exposure, and no box at all.
      [inserted(jpeg, segment(box("jpls"))), false],
      [inserted(jpeg, segment(Buffer.from("jumb c2pa"))), false],
      [Buffer.concat([jpeg, segment(box("c2pa"))]), false],
    ] as const)
      expect(hasCredentials(other, "image/jpeg")).to.equal(expected);
  });

  it("are noted as not read where nothing reads them", async () => {
    for (const packages of [undefined, import.meta.dirname]) {
      const pictures = new PictureProcess(packages === undefined ? {} : { packages });
      const noted = await pictures.credentials([looked(signed("jpg")), looked(await scene().png().toBuffer())]);
      expect(noted).to.deep.equal([{ present: true, state: "not-read" }, { present: false }]);
      expect(pictures.isRunning).to.equal(false);
    }
  });
});

/** What a reader could do that went wrong, or was led to: each stands where the package would be. */
describe("a reader of content credentials that goes wrong", () => {
  let folder: string;
  let pictures: PictureProcess;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "warifu-reader-"))));
  afterEach(async () => {
    await pictures.close();
    rmSync(folder, { recursive: true });
  });

  const noted = async (body: string, longestCredentialsMs = 60_000): Promise<ContentCredentials[]> => {
    const inside = join(folder, "node_modules", "@contentauth", "c2pa-wasm", "pkg");
    mkdirSync(inside, { recursive: true });
    writeFileSync(join(inside, "c2pa_bg.wasm"), "");
    writeFileSync(join(inside, "package.json"), '{"type":"module"}');
    writeFileSync(
      join(inside, "c2pa.js"),
      `export default async () => {}; export class WasmReader { static async fromBlob(type, blob) { ${body} } }`,
    );
    pictures = new PictureProcess({ packages: folder, longestCredentialsMs });
    return [...(await pictures.credentials([looked(signed("png")), looked(signed("jpg"))]))];
  };
  const says = (store: object): string => `return { json: () => ${JSON.stringify(JSON.stringify(store))}, free() {} };`;
  const UNREADABLE = { present: true, state: "unreadable" };

  it("costs a bounded time for all pictures together, and nothing else", async () => {
    expect(await noted("for (;;);", 1_500)).to.deep.equal([UNREADABLE, { present: true, state: "not-read" }]);
    expect((await pictures.look(await scene().png().toBuffer())).type).to.equal("image/png");
  });

  it("costs its own process where it ends, takes all memory or traps", async () => {
    for (const body of [
      "process.exit(3);",
      "const all = []; for (;;) all.push(new Array(1e6).fill(all.length));",
      "new WebAssembly.Memory({ initial: 8193 });",
      "throw new WebAssembly.RuntimeError('unreachable');",
      "throw 'C2pa(JumbfParseError)';",
      "return { json: () => '{', free() {} };",
    ]) {
      expect(await noted(`${body} ${says({ validation_state: "Valid" })}`), body).to.deep.equal([
        UNREADABLE,
        UNREADABLE,
      ]);
      expect((await pictures.look(await scene().png().toBuffer())).type).to.equal("image/png");
      await pictures.close();
    }
  });

  it("is not used again after a trap: what it left in memory could speak for the next picture", async () => {
    await noted("throw new WebAssembly.RuntimeError('unreachable');");
    expect(pictures.isRunning).to.equal(false);
  });

  it("reaches nobody", async () => {
    let calls = 0;
    const server = patientServer((_, response) => void response.end(String(calls++)));
    server.on("upgrade", (_, socket) => {
      calls++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    try {
      for (const body of [
        `await fetch('http://127.0.0.1:${port}/');`,
        `await new Promise((resolve, reject) => { const it = new WebSocket('ws://127.0.0.1:${port}/'); it.onclose = it.onopen = resolve; });`,
      ]) {
        const tried = `try { ${body} } catch { ${says({ validation_state: "Invalid" })} }`;
        expect(await noted(tried), body).to.deep.equal(Array(2).fill({ present: true, state: "invalid" }));
        await pictures.close();
      }
      expect(calls).to.equal(0);
    } finally {
      server.close();
    }
  });

  it("is believed nothing but a state and a name, which is cut to one legible line", async () => {
    const named = (signature_info: unknown, validation_state: unknown = "Valid") => ({
      validation_state,
      active_manifest: "a",
      manifests: { a: { signature_info, thumbnail: { identifier: "x" } } },
    });
    for (const [store, expected] of [
      [named({ issuer: "Camera", common_name: "Ann" }), { present: true, signer: "Camera", state: "intact" }],
      [named({ common_name: "Ann" }, "Trusted"), { present: true, signer: "Ann", state: "intact" }],
      [named({ issuer: 7 }), { present: true, state: "intact" }],
      [named("nobody", "Excellent"), { present: true, state: "unreadable" }],
      [
        named({ issuer: `\u001b[31mA\u202e\n\u2028${"é".repeat(500)}` }),
        { present: true, signer: `[31mA${"é".repeat(95)}`, state: "intact" },
      ],
      [
        { validation_state: "Valid", active_manifest: "__proto__", manifests: [] },
        { present: true, state: "intact" },
      ],
      [[], UNREADABLE],
    ] as const) {
      expect((await noted(says(store)))[0]).to.deep.equal(expected);
      await pictures.close();
    }
    const half = {
      validation_state: "Valid",
      active_manifest: "a",
      manifests: { a: { signature_info: { issuer: "A" } } },
    };
    const text = JSON.stringify(half).replace('"A"', String.raw`"A\ud800"`);
    expect((await noted(`return { json: () => ${JSON.stringify(text)}, free() {} };`))[0]).to.deep.equal({
      ...{ present: true, signer: "A\ufffd", state: "intact" },
    });
  });
});

if (!hasCredentialsReader(PACKAGES))
  process.stdout.write(
    "left out: tests that read content credentials; `npm ci --prefix faces` installs what reads them\n",
  );
else
  describe("content credentials that are read", () => {
    const pictures = new PictureProcess({ packages: PACKAGES, longestCredentialsMs: 60_000 });
    after(() => pictures.close());
    const stateOf = async (bytes: Buffer): Promise<ContentCredentials> =>
      (await pictures.credentials([looked(bytes)]))[0]!;

    it("are intact by a signer whom nobody here knows, until one byte is changed", async () => {
      const intact = { present: true, signer: "Test camera maker", state: "intact" };
      for (const ending of SIGNED) expect(await stateOf(signed(ending)), ending).to.deep.equal(intact);
      const changed = signed("jpg");
      changed[changed.length - 20] = (changed[changed.length - 20] as number) ^ 1;
      expect(await stateOf(changed)).to.deep.equal({ ...intact, state: "invalid" });
      expect(await stateOf(await scene().jpeg().toBuffer())).to.deep.equal({ present: false });
    });

    it("are unreadable where they are cut, of wrong lengths, huge or nonsense, and the next are read", async () => {
      const jpeg = await scene().jpeg().toBuffer();
      const png = await scene().png().toBuffer();
      const inPng = (content: Buffer): Buffer =>
        Buffer.concat([png.subarray(0, 33), chunk("caBX", content), png.subarray(33)]);
      // Boxes in boxes, each of which claims all the rest.
      const nested = Buffer.alloc(4_000_000);
      for (let at = 0; at + 8 <= nested.length; at += 8)
        nested.write("jumb", nested.writeUInt32BE(nested.length - at, at), "latin1");
      const huge = Array.from({ length: 200 }, () => segment(box("c2pa", 65_000)));
      for (const [what, bytes] of [
        ["a phone's box without content", await phonePhoto()],
        ["a box that is cut", inserted(jpeg, segment(box("c2pa")))],
        ["200 boxes of 64 KiB", inserted(jpeg, ...huge)],
        ["an empty chunk", inPng(Buffer.alloc(0))],
        ["a chunk of zeros", inPng(Buffer.alloc(1_000_000))],
        ["500,000 boxes in one another", inPng(nested)],
      ] as const)
        expect(await stateOf(bytes), what).to.deep.equal({ present: true, state: "unreadable" });
      expect(await stateOf(signed("png"))).to.include({ state: "intact" });
    });

    it("cost nothing but themselves whatever byte of them is changed", async () => {
      const whole = signed("png");
      for (let at = whole.indexOf("caBX") + 4; at < whole.length - 12; at += 61) {
        const changed = Buffer.from(whole);
        changed[at] = (changed[at] as number) ^ 0xff;
        const { present, ...rest } = await stateOf(changed);
        expect(present).to.equal(true);
        expect("state" in rest && rest.state, `byte ${at}`).to.be.oneOf(["intact", "invalid", "unreadable"]);
      }
      expect(await stateOf(whole)).to.include({ state: "intact" });
    });
  });
