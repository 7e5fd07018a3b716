// Pictures of strangers: recognised by content, refused before they cost anything, copied without what they carry.

import { expect } from "chai";
import sharp from "sharp";

import { codeOf, type ErrorCode } from "../../src/core/errors.ts";
import { MAX_PICTURE_BYTES, recognisePicture } from "../../src/pictures/picture-format.ts";
import { PictureProcess } from "../../src/pictures/picture-process.ts";
import { cpuMsOf } from "../support/cpu-time.ts";
import { CANARY, chunk, phonePhoto, pngClaiming, pngWithText, scene } from "./support/draw.ts";

describe("a picture that comes in", () => {
  const pictures = new PictureProcess();
  after(() => pictures.close());

  const codeFor = async (bytes: Uint8Array): Promise<ErrorCode | "taken" | undefined> =>
    pictures.look(bytes).then(
      () => "taken" as const,
      (error: unknown) => codeOf(error),
    );

  it("is recognised by its content, with its size as it is stored", async () => {
    for (const [bytes, expected] of [
      [await phonePhoto(), { type: "image/jpeg", width: 320, height: 240 }],
      [await scene().jpeg({ progressive: true }).toBuffer(), { type: "image/jpeg", width: 320, height: 240 }],
      [await pngWithText(), { type: "image/png", width: 320, height: 240 }],
      [await scene(33, 21).webp().toBuffer(), { type: "image/webp", width: 33, height: 21 }],
      [await scene(33, 21).webp({ lossless: true }).toBuffer(), { type: "image/webp", width: 33, height: 21 }],
      [await scene(33, 21).ensureAlpha(0.5).webp().toBuffer(), { type: "image/webp", width: 33, height: 21 }],
    ] as const) {
      expect(recognisePicture(bytes)).to.deep.equal(expected);
      expect(await pictures.look(bytes)).to.deep.equal(expected);
    }
  });

  it("C15: is refused where it is something else, or something else as well", async () => {
    const jpeg = await scene().jpeg().toBuffer();
    const png = await scene().png().toBuffer();
    const zip = Buffer.concat([jpeg, Buffer.from("PK\x03\x04…PK\x05\x06"), Buffer.alloc(18)]);
    const frames = await sharp(Buffer.concat([await scene(8, 8).raw().toBuffer(), Buffer.alloc(8 * 8 * 3)]), {
      raw: { width: 8, height: 16, channels: 3, pageHeight: 8 },
    })
      .webp({ loop: 0, delay: [10, 10] })
      .toBuffer();
    const apng = Buffer.concat([png.subarray(0, 33), chunk("acTL", Buffer.alloc(8)), png.subarray(33)]);
    for (const [what, bytes, code] of [
      ["nothing", Buffer.alloc(0), "PICTURE_INVALID"],
      ["a ZIP behind a JPEG", zip, "PICTURE_INVALID"],
      [
        "a PDF in a PNG",
        Buffer.concat([png.subarray(0, 33), chunk("tEXt", Buffer.from("%PDF-1.7")), png.subarray(33)]),
        "PICTURE_INVALID",
      ],
      [
        "an SVG with a script",
        Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
        "PICTURE_UNSUPPORTED",
      ],
      ["a GIF", Buffer.from("GIF89a/*…*/=1;alert(1)"), "PICTURE_UNSUPPORTED"],
      ["a HEIC", Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic", "latin1"), "PICTURE_UNSUPPORTED"],
      ["a TIFF", Buffer.from("II*\0aaaaaaaaaaaaaaa", "latin1"), "PICTURE_UNSUPPORTED"],
      ["text", Buffer.from("not a picture"), "PICTURE_UNSUPPORTED"],
      ["an animated WebP", frames, "PICTURE_UNSUPPORTED"],
      ["an animated PNG", apng, "PICTURE_UNSUPPORTED"],
    ] as const)
      expect(await codeFor(bytes), what).to.equal(code);
  });

  it("says of a HEIC what to send instead, by whichever of its brands it is known", () => {
    for (const brand of ["heic", "heix", "hevc", "heim", "mif1", "msf1"])
      expect(() => recognisePicture(Buffer.from(`\0\0\0\x18ftyp${brand}\0\0\0\0mif1heic`, "latin1"))).to.throw(
        "HEIC is not taken: send JPEG, PNG or WebP; a phone can export the picture as JPEG",
      );
    expect(() => recognisePicture(Buffer.from("GIF89a"))).to.throw("GIF is not taken: send JPEG, PNG or WebP");
  });

  it("is refused above its bytes and pixels, which are read before anything is decoded", async () => {
    expect(await codeFor(Buffer.alloc(MAX_PICTURE_BYTES + 1, 0xff))).to.equal("TOO_LARGE");
    expect(await codeFor(pngClaiming(100_000, 100_000))).to.equal("TOO_LARGE");
    expect(await codeFor(pngClaiming(0, 5))).to.equal("PICTURE_INVALID");
    for (const [width, height] of [
      [50_000_000, 1],
      [1, 65_501],
    ] as const)
      expect(() => recognisePicture(pngClaiming(width, height))).to.throw("65500 pixels on a side: send it smaller");
    expect(recognisePicture(pngClaiming(65_500, 1))).to.include({ width: 65_500 });
    // Fewer pixels than its header says.
    expect(await codeFor(pngClaiming(4_000, 4_000))).to.equal("PICTURE_INVALID");
  });

  it("C16: is refused wherever it is cut, and whatever byte is changed, the service goes on", async () => {
    for (const whole of [
      await scene(64, 48).jpeg().toBuffer(),
      await scene(64, 48).png().toBuffer(),
      await scene(64, 48).webp().toBuffer(),
    ]) {
      for (let length = 0; length < whole.length; length += Math.ceil(whole.length / 40))
        expect(["PICTURE_INVALID", "PICTURE_UNSUPPORTED"]).to.include(await codeFor(whole.subarray(0, length)));
      for (let at = 0; at < whole.length; at += Math.ceil(whole.length / 40)) {
        const changed = Buffer.from(whole);
        changed[at] = (changed[at] as number) ^ 0x55;
        expect(["taken", "PICTURE_INVALID", "PICTURE_UNSUPPORTED", "TOO_LARGE"]).to.include(await codeFor(changed));
      }
      expect(await codeFor(whole)).to.equal("taken");
    }
  });

  it("holds nobody up while its scan is looked through, whatever that consists of", async () => {
    const begin = Buffer.from("ffd8ffc0000b080010001001011100ffda0008010100003f00", "hex");
    const scan = Buffer.alloc(MAX_PICTURE_BYTES - 1_000, Buffer.from([0xff, 0]));
    const picture = Buffer.concat([begin, scan, Buffer.from([0xff, 0xd9])]);
    const spent = await cpuMsOf(() => expect(recognisePicture(picture)).to.include({ width: 16 }));
    expect(spent).to.be.lessThan(500);
  });

  it("costs its own process and nothing else if it takes too long", async () => {
    const hasty = new PictureProcess({ longestMs: 1 });
    const whole = await scene().png().toBuffer();
    const outcome = await hasty.look(whole).catch(codeOf);
    expect(outcome).to.equal("BUSY");
    await hasty.close();
    expect(await codeFor(whole)).to.equal("taken");
  });

  it("leaves no process running once there is nothing to do, and the next picture starts another", async () => {
    const idle = new PictureProcess({ idleMs: 1 });
    const whole = await scene().png().toBuffer();
    for (let time = 0; time < 2; time++) {
      expect((await idle.look(whole)).type).to.equal("image/png");
      while (idle.isRunning) await new Promise((resolve) => setImmediate(resolve));
    }
  });

  it("is copied as one chunk of pixels, turned the way it is looked at, without anything it carried", async () => {
    for (const original of [await phonePhoto(), await pngWithText()]) {
      expect(original.includes(CANARY)).to.equal(true);
      const { bytes, width, height } = await pictures.copy(original, []);
      const copy = Buffer.from(bytes);
      const metadata = await sharp(copy).metadata();
      expect([metadata.exif, metadata.xmp, metadata.iptc, metadata.icc, metadata.orientation]).to.deep.equal(
        Array(5).fill(undefined),
      );
      expect(copy.toString("latin1", 8, 16)).to.equal("WEBPVP8 ");
      expect(copy.readUInt32LE(4) + 8).to.equal(copy.length);
      expect(copy.includes(CANARY)).to.equal(false);
      expect([width, height]).to.deep.equal([metadata.width, metadata.height]);
    }
    // Turned clockwise: what was on the left is above.
    const { bytes } = await pictures.copy(await phonePhoto(), []);
    const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).to.deep.equal([240, 320]);
    expect(data[(80 * 240 + 120) * 3]).to.be.greaterThan(180);
  });

  it("keeps nothing below transparent pixels, and takes grey, many bits and four inks", async () => {
    const hidden = await scene().ensureAlpha(0).png().toBuffer();
    const { bytes } = await pictures.copy(hidden, []);
    expect((await sharp(bytes).stats()).channels.map(({ min }) => min)).to.satisfy((all: number[]) =>
      all.every((one) => one > 250),
    );
    for (const odd of [
      await scene().greyscale().png().toBuffer(),
      await scene().toColourspace("rgb16").png().toBuffer(),
      await scene().toColourspace("cmyk").jpeg().toBuffer(),
      await scene(3_000, 2_000).jpeg().toBuffer(),
    ])
      expect((await pictures.copy(odd, [])).width).to.be.within(320, 2_048);
  });

  it("is copied without what stood in a box", async () => {
    const original = await scene().png().toBuffer();
    const { bytes } = await pictures.copy(original, [[0.05, 0.2, 0.4, 0.6]]);
    const greenAt = async (picture: Uint8Array): Promise<number> =>
      (await sharp(picture).extract({ left: 122, top: 116, width: 4, height: 8 }).raw().toBuffer())[1] as number;
    expect(Math.abs((await greenAt(bytes)) - (await greenAt(original)))).to.be.greaterThan(10);
  });
});
