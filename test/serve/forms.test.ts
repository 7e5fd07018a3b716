// Forms as browsers, phones and attackers send them: what is read, and what is refused instead of being mended.

import { expect } from "chai";
import fc from "fast-check";

import { codeOf } from "../../src/core/errors.ts";
import { fieldOf, urlEncodedFields, withoutValues } from "../../src/serve/form.ts";
import { partsOf, withoutContents, type PartBounds } from "../../src/serve/multipart.ts";
import { expectRejection } from "../support/expect-rejection.ts";

const BOUNDS: PartBounds = { maxFields: 3, maxFieldBytes: 20, maxFiles: 1, maxFileBytes: 40 };
const TYPE = "multipart/form-data; boundary=XX";
const part = (header: string, content: string | Buffer): Buffer =>
  Buffer.concat([Buffer.from(`--XX\r\n${header}\r\n\r\n`), Buffer.from(content), Buffer.from("\r\n")]);
const named = (name: string, content: string | Buffer): Buffer =>
  part(`Content-Disposition: form-data; name="${name}"`, content);
const END = Buffer.from("--XX--\r\n");
const read = (...parts: Buffer[]) => partsOf(Buffer.concat(parts), TYPE, BOUNDS);

describe("multipart forms", () => {
  it("has the fields and files in their order, byte for byte", async () => {
    const picture = Buffer.from([0xff, 0xd8, 0, 0x0d, 0x0a, 0x2d, 0x2d, 0xff]);
    const file = part(
      'Content-Disposition: form-data; name="media"; filename="../ä.jpg"\r\nContent-Type: image/JPEG',
      picture,
    );
    const parts = await read(named("lat", "43.46"), file, named("long", ""), END);
    expect(parts.map(({ name, filename, mediaType }) => [name, filename, mediaType])).to.deep.equal([
      ["lat", undefined, "text/plain"],
      ["media", "ä.jpg", "image/jpeg"],
      ["long", undefined, "text/plain"],
    ]);
    expect(parts.map(({ bytes }) => bytes)).to.deep.equal([Buffer.from("43.46"), picture, Buffer.alloc(0)]);
  });

  it("reads what FormData writes, as the platform does", async () => {
    const form = new FormData();
    form.set("description", "a hole 穴\r\n--XX");
    form.set("media", new Blob(["bytes"], { type: "image/png" }), "a.png");
    const request = new Request("http://localhost", { method: "POST", body: form });
    const type = request.headers.get("content-type") ?? "";
    const parts = await partsOf(Buffer.from(await request.arrayBuffer()), type, { ...BOUNDS, maxFieldBytes: 99 });
    expect(parts.map(({ name, bytes }) => [name, bytes.toString()])).to.deep.equal([
      ["description", "a hole 穴\r\n--XX"],
      ["media", "bytes"],
    ]);
  });

  it("is bounded in fields, files and bytes", async () => {
    const file = (length: number) => part('Content-Disposition: form-data; name="m"; filename=""', "x".repeat(length));
    const fields = ["a", "b", "c", "d"].map((name) => named(name, "1"));
    await expectRejection("TOO_LARGE", read(...fields, END));
    await expectRejection("TOO_LARGE", read(...fields, file(1), file(1), END));
    await expectRejection("TOO_LARGE", read(named("a", "x".repeat(21)), END));
    await expectRejection("TOO_LARGE", read(file(41), END));
    expect(await read(file(40), named("a", "x".repeat(20)), END)).to.have.length(2);
    await expectRejection("REQUEST_INVALID", read(named("x".repeat(257), "1"), END));
  });

  it("refuses what it would otherwise leave out: a part without a name, with another disposition, of another encoding", async () => {
    for (const header of [
      "Content-Type: text/plain",
      "Content-Disposition: attachment; name=a",
      "Content-Disposition: form-data",
    ])
      await expectRejection("REQUEST_INVALID", read(named("lat", "1"), part(header, "1"), END));
    const encoded = 'Content-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64';
    await expectRejection("NOT_ACCEPTABLE", read(part(encoded, "MQ=="), END));
  });

  it("refuses lines that open with the boundary and delimit nothing, at the first: each would cost a part", async () => {
    const more = Buffer.from("anything");
    for (const line of ["--XXY", "--XX-", "--XX ", "--XX--\r\n--XX--", `--XX--\r\n${named("b", "2").toString()}`]) {
      const many = Buffer.from(`${line}\r\n`.repeat(100_000));
      const begun = process.cpuUsage();
      await expectRejection(
        "REQUEST_INVALID",
        read(named("a", "1"), many, more, END),
        /a line opens with its boundary/,
      );
      expect(process.cpuUsage(begun).user / 1_000, `milliseconds, ${line}`).to.be.lessThan(250);
    }
    expect(await read(named("a", "- --XXY, --XX"), END)).to.have.length(1);
  });

  it("refuses a body that is cut short, wherever, and one without a boundary", async () => {
    const whole = Buffer.concat([named("lat", "43.46"), named("long", "-3.8"), END]);
    for (let length = 0; length < whole.length - 4; length++)
      await expectRejection("REQUEST_INVALID", partsOf(whole.subarray(0, length), TYPE, BOUNDS));
    await expectRejection("REQUEST_INVALID", partsOf(whole, "multipart/form-data", BOUNDS));
    await expectRejection("REQUEST_INVALID", partsOf(whole, "multipart/form-data; boundary=YY", BOUNDS));
  });

  it("settles for any bytes, with parts or a refusal", async () => {
    const pieces = fc.constantFrom(
      "--XX",
      "\r\n",
      "\n",
      "--",
      'Content-Disposition: form-data; name="a"',
      "; filename=b",
      ":",
      "x",
      "\0",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { maxLength: 24 }), async (text) => {
        try {
          await partsOf(Buffer.from(text.join("")), TYPE, BOUNDS);
        } catch (error) {
          expect(codeOf(error)).to.be.oneOf(["REQUEST_INVALID", "TOO_LARGE", "NOT_ACCEPTABLE"]);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("a form without a secret in it", () => {
  const SECRET = "wk_0123456789abcdef_secret-$&";
  const word = fc.string({ unit: fc.constantFrom("a", "&", "=", "%", "穴", " ", "\r\n", "-"), maxLength: 8 });
  const others = fc.array(
    fc.tuple(
      word.map((name) => `x${name}`),
      word,
    ),
    { maxLength: 3 },
  );

  it("urlencoded: is what it was but for the value, however the name is written", () => {
    fc.assert(
      fc.property(others, others, fc.constantFrom("key", "k%65y", "%6b%65%79"), (front, back, name) => {
        const [before, after] = [front, back].map((fields) => new URLSearchParams(fields).toString());
        const kept = withoutValues(Buffer.from(`${before}&${name}=${SECRET.replace("&", "")}&${after}`), "key");
        expect(kept.toString()).to.equal(`${before}&${name}=&${after}`);
      }),
    );
    for (const text of ["", "key", "key=", "other=key", "&&key==a&"])
      expect(withoutValues(Buffer.from(text), "key").toString()).to.equal(text.replace("key==a", "key="));
  });

  it("multipart: is what it was but for the content", async () => {
    await fc.assert(
      fc.asyncProperty(others, others, async (front, back) => {
        const [before, after] = [front, back].map((fields) =>
          Buffer.concat(fields.map(([, value], at) => named(String(at), value))),
        ) as [Buffer, Buffer];
        const whole = Buffer.concat([before, named("key", SECRET), after, END]);
        const bounds = { ...BOUNDS, maxFields: 9, maxFieldBytes: 99 };
        const secrets = (await partsOf(whole, TYPE, bounds)).filter(({ name }) => name === "key");
        const kept = withoutContents(whole, secrets);
        expect(kept).to.deep.equal(Buffer.concat([before, named("key", ""), after, END]));
      }),
    );
  });
});

describe("urlencoded forms", () => {
  const read = (text: string | Buffer) => urlEncodedFields(Buffer.from(text), 5);
  const codeFor = (text: string | Buffer): string | undefined => {
    try {
      read(text);
      return undefined;
    } catch (error) {
      return codeOf(error);
    }
  };

  it("has the fields in their order, also those of one name", () => {
    expect(read("a=1&b=&c&a=%e7%a9%b4+%2B&&attribute[x]=y=z")).to.deep.equal([
      ["a", "1"],
      ["b", ""],
      ["c", ""],
      ["a", "穴 +"],
      ["attribute[x]", "y=z"],
    ]);
    expect(read(Buffer.from("d=穴"))).to.deep.equal([["d", "穴"]]);
    expect(read("__proto__=1")).to.deep.equal([["__proto__", "1"]]);
    expect(read("")).to.deep.equal([]);
  });

  it("reads what URLSearchParams writes", () => {
    const text = fc.string({ unit: "grapheme" }).filter((one) => codeFor(encodeURIComponent(one)) === undefined);
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { maxLength: 5 }), (fields) => {
        expect(read(new URLSearchParams(fields).toString())).to.deep.equal(fields);
      }),
    );
  });

  it("refuses other charsets, broken escapes and control characters, and too many fields", () => {
    expect(codeFor("a=%df")).to.equal("ENCODING_INVALID");
    expect(codeFor(Buffer.from([0x61, 0x3d, 0xdf]))).to.equal("ENCODING_INVALID");
    expect(codeFor("a=100%")).to.equal("ENCODING_INVALID");
    expect(codeFor("a=%zz")).to.equal("ENCODING_INVALID");
    expect(codeFor("a=%00")).to.equal("ENCODING_INVALID");
    // ISO-2022-JP is made of ASCII, and of escapes that give it away.
    expect(codeFor(Buffer.from("a=\u001b$B7j\u001b(B"))).to.equal("ENCODING_INVALID");
    expect(codeFor("a=\r\n\tb")).to.equal(undefined);
    expect(codeFor("a=1&".repeat(5))).to.equal(undefined);
    expect(codeFor("a=1&".repeat(6))).to.equal("TOO_LARGE");
    expect(read(`${"&".repeat(100_000)}a=1`)).to.deep.equal([["a", "1"]]);
  });

  it("settles for any bytes, with fields or a refusal", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(codeFor(Buffer.from(bytes))).to.be.oneOf([undefined, "ENCODING_INVALID", "TOO_LARGE"]);
      }),
      { numRuns: 2_000 },
    );
  });

  it("a part of a multipart form is text under the same terms", () => {
    expect(fieldOf({ name: "a", bytes: Buffer.from("穴") })).to.deep.equal(["a", "穴"]);
    expect(() => fieldOf({ name: "a", bytes: Buffer.from([0xdf]) })).to.throw("not UTF-8");
  });
});
