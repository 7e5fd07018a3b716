// A service of the city's that hides faces: what it is sent, and that a picture waits while its answer cannot be used.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { expect } from "chai";
import sharp from "sharp";

import { faceHiderOf, type Redactor } from "../../src/derive/face-hiders.ts";
import type { FaceHider } from "../../src/derive/publishing.ts";
import { PictureProcess } from "../../src/pictures/picture-process.ts";
import { CANARY, phonePhoto, scene } from "../pictures/support/draw.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { patientServer } from "../support/patient-server.ts";

type Answer = (image: Buffer, response: ServerResponse, request: IncomingMessage) => void;

describe("a service that hides faces", () => {
  const decoding = new PictureProcess();
  let photo: Buffer;
  let answer: Answer;
  const server = patientServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      const { image } = JSON.parse(Buffer.concat(pieces).toString()) as { image: string };
      answer(Buffer.from(image, "base64"), response, request);
    });
  });
  before(async () => {
    photo = await phonePhoto();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  after(async () => {
    server.closeAllConnections();
    server.close();
    await decoding.close();
  });
  const hider = (more: Partial<Redactor> = {}): FaceHider => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/image`;
    return faceHiderOf({ folder: import.meta.dirname, process: decoding, redactor: { url, ...more } })!;
  };
  const image = (bytes: Buffer): string => JSON.stringify({ image: bytes.toString("base64") });

  it("gets a bare picture without what was marked, and its answer is published as bare as any", async () => {
    let sent: Buffer | undefined;
    let login: string | undefined;
    const made = await scene(240, 320)
      .withExif({ IFD0: { Artist: CANARY } })
      .jpeg()
      .toBuffer();
    expect(made.includes(CANARY)).to.equal(true);
    answer = (picture, response, request) => {
      [sent, login] = [picture, request.headers.authorization];
      response.end(image(made));
    };
    const copy = await hider({ login: "city:secret" }).hide(photo, [[0, 0, 1, 1]]);
    expect(login).to.equal(`Basic ${Buffer.from("city:secret").toString("base64")}`);
    expect(sent?.includes(CANARY)).to.equal(false);
    expect((await sharp(sent).metadata()).format).to.equal("webp");
    expect([copy.width, copy.height, copy.faces]).to.deep.equal([240, 320, undefined]);
    expect(Buffer.from(copy.bytes).includes(CANARY)).to.equal(false);
  });

  for (const [title, answering, pattern] of [
    ["fails", (_, response) => response.writeHead(500).end("{}"), /answered 500/],
    [
      "leads elsewhere",
      (_, response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end(),
      /cannot be used/,
    ],
    ["does not answer in JSON", (_, response) => response.end("<html>"), /in JSON/],
    ["answers without an image", (_, response) => response.end("{}"), /without an image/],
    ["answers with something else", (_, response) => response.end(image(Buffer.from("text"))), /a picture that can/],
    [
      "answers in half a picture",
      (picture, response) => response.end(image(picture.subarray(0, 90))),
      /a picture that can/,
    ],
    ["hangs up", (_, response) => response.destroy(), /cannot be used/],
    ["never ends", (_, response) => void response.write("{"), /no answer within 300 ms/],
    [
      "sends too much",
      (_, response) => {
        const piece = Buffer.alloc(1_048_576, " ");
        const more = (): void => void (response.destroyed || response.write(piece, () => setImmediate(more)));
        more();
      },
      /larger than/,
    ],
  ] as [string, Answer, RegExp][])
    it(`that ${title} publishes nothing`, async () => {
      answer = answering;
      const timeoutMs = title === "never ends" ? 300 : 60_000;
      await expectRejection("FACES_NOT_HIDDEN", hider({ timeoutMs }).hide(photo, []), pattern);
    });

  it("that answers with another size, or is not there, publishes nothing", async () => {
    const other = await scene(100, 100).png().toBuffer();
    answer = (_, response) => response.end(image(other));
    await expectRejection("FACES_NOT_HIDDEN", hider().hide(photo, []), /another size/);
    await expectRejection("FACES_NOT_HIDDEN", hider({ url: "http://127.0.0.1:1/" }).hide(photo, []), /cannot be used/);
  });
});
