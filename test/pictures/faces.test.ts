// Faces in pictures: found, hidden, and looked for again in what is published. The packages that find them are installed apart.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { faceHiderOf } from "../../src/derive/face-hiders.ts";
import { pixelsOf } from "../../src/pictures/decoder.ts";
import { hasFaceDetector } from "../../src/pictures/face-packages.ts";
import { openFaceDetector, type FaceDetector } from "../../src/pictures/faces.ts";
import { hideFaces } from "../../src/pictures/hide-faces.ts";
import { PictureProcess } from "../../src/pictures/picture-process.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { shippedProfiles, startService } from "../support/service.ts";
import { call, type Result } from "../http/support/call.ts";
import { submitWithPictures } from "../http/support/form.ts";
import { scene } from "./support/draw.ts";

const FACES = join(import.meta.dirname, "..", "..", "faces");
/** Pictures of people that come with the detector, and how many faces are in each. */
const SAMPLES = new Map([
  ["sample1.jpg", 3],
  ["sample5.jpg", 5],
]);
const sample = (name: string): Buffer =>
  readFileSync(join(FACES, "node_modules", "@vladmandic", "face-api", "demo", name));

describe("faces in pictures", () => {
  it("are hidden again as long as some are found, and else the picture is not published", async () => {
    const pixels = await pixelsOf(await scene().png().toBuffer());
    const finding = (times: number) => {
      let looks = 0;
      return { detect: async () => (looks++ < times ? [[0.1, 0.2, 0.3, 0.3] as const] : []) };
    };
    expect((await hideFaces(pixels, finding(0))).pixels).to.equal(pixels);
    const { boxes, pixels: hidden } = await hideFaces(pixels, finding(3));
    expect(boxes).to.have.length(3);
    expect(hidden.data.equals(pixels.data)).to.equal(false);
    await expectRejection("FACES_NOT_HIDDEN", hideFaces(pixels, finding(4)));
  });

  it("are looked for by nothing where the packages are not installed", () => {
    expect(faceHiderOf({ folder: import.meta.dirname, process: new PictureProcess() })).to.equal(undefined);
  });
});

if (!hasFaceDetector(FACES))
  process.stdout.write("left out: tests that find faces; `npm ci --prefix faces` installs what finds them\n");
else
  describe("faces in pictures of people", () => {
    const decoding = new PictureProcess();
    let detector: FaceDetector;
    before(async () => {
      detector = await openFaceDetector(FACES);
    });
    after(() => decoding.close());
    const facesIn = async (bytes: Uint8Array): Promise<number> => (await detector.detect(await pixelsOf(bytes))).length;

    it("are found, and none is found in what is published", async () => {
      const hider = faceHiderOf({ folder: FACES, process: decoding })!;
      for (const [name, count] of SAMPLES) {
        expect(await facesIn(sample(name)), name).to.equal(count);
        const { bytes, faces } = await hider.hide(sample(name), []);
        expect(faces?.boxes.length, name).to.be.at.least(count);
        expect(faces?.model).to.equal(detector.model);
        expect(await facesIn(bytes), name).to.equal(0);
      }
    });

    it("are not counted where people marked them, and not found where there are none", async () => {
      const hider = faceHiderOf({ folder: FACES, process: decoding })!;
      expect((await hider.hide(sample("sample1.jpg"), [[0, 0, 1, 1]])).faces?.boxes).to.deep.equal([]);
      expect((await hider.hide(await scene(640, 480).jpeg().toBuffer(), [])).faces?.boxes).to.deep.equal([]);
    });

    it("of a citizen's report are hidden in what is published, and counted in the log", async () => {
      const service = await startService({ faceHider: () => faceHiderOf({ folder: FACES, process: decoding }) });
      try {
        expect(shippedProfiles().get("citizen-report")?.document.pictures).to.equal("faces-hidden");
        const record = { type: "citizen-report", source: "app/1", claims: { category: "litter" } };
        const { id } = (await submitWithPictures(service, record, [sample("sample4.jpg")])).json as Required<Result>;
        await service.publishing.settled();
        const answer = await call(service, `/v1/records/${id}/derivations`);
        const [derived] = (answer.json as { items: { facesFound: number; model: string; out: { sha256: string } }[] })
          .items;
        expect(derived?.facesFound).to.be.at.least(4);
        expect(derived?.model).to.equal(detector.model);
        const { bytes } = await call(service, `/v1/records/${id}/pictures/${derived?.out.sha256}`);
        expect(await facesIn(bytes)).to.equal(0);
      } finally {
        await service.stop();
      }
    });
  });
