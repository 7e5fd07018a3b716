// Parts of the citizens' app that need no browser: covered parts of pictures, places that cameras noted, when to try again.

import { expect } from "chai";

import { isBox } from "../../src/core/picture.ts";
import { areaAt } from "../../src/pages/citizen/city.ts";
import { boxAfter, boxBetween, MIDDLE } from "../../src/pages/citizen/pictures/boxes.ts";
import { placeIn } from "../../src/pages/citizen/pictures/gps.ts";
import { meaningOf, waitAfter } from "../../src/pages/citizen/queue/backoff.ts";
import { phonePhoto, scene } from "../pictures/support/draw.ts";

describe("covered parts of a picture", () => {
  it("are what a finger drew, whichever way it went, and around what it tapped", () => {
    expect(boxBetween({ x: 0.5, y: 0.6 }, { x: 0.2, y: 0.1 })).to.deep.equal([0.2, 0.1, 0.3, 0.5]);
    const [left, top, width, height] = boxBetween({ x: 0.5, y: 0.5 }, { x: 0.51, y: 0.5 });
    expect([left + width / 2, top + height / 2].map((one) => one.toFixed(2))).to.deep.equal(["0.51", "0.50"]);
  });

  it("stay within the picture, wherever a finger or a key leads, so that the service takes them", () => {
    const drawn = [boxBetween({ x: -3, y: -1 }, { x: 4, y: 9 }), boxBetween({ x: 0.99, y: 0.99 }, { x: 1, y: 1 })];
    let box = MIDDLE;
    for (let press = 0; press < 60; press++) box = boxAfter("ArrowRight", press % 2 === 1, box)!;
    for (const one of [...drawn, box]) expect(isBox([...one]), one.join()).to.equal(true);
    expect(boxAfter("Enter", false, MIDDLE)).to.equal(undefined);
  });
});

describe("the place that a camera noted", () => {
  it("is read from the picture that a phone took", async () => {
    const taken = {
      GPSLatitude: "43/1 27/1 36/1",
      GPSLatitudeRef: "N",
      GPSLongitude: "3/1 48/1 0/1",
      GPSLongitudeRef: "W",
    };
    const photo = await scene().withExif({ IFD3: taken }).jpeg().toBuffer();
    const place = placeIn(Uint8Array.from(photo).buffer);
    expect(place?.latitude).to.be.closeTo(43.46, 0.0001);
    expect(place?.longitude).to.be.closeTo(-3.8, 0.0001);
  });

  it("is none where there is none, and in bytes of any kind", async () => {
    const photo = Uint8Array.from(await phonePhoto());
    expect(placeIn(photo.buffer), "only half of one").to.equal(undefined);
    expect(placeIn(new ArrayBuffer(0))).to.equal(undefined);
    expect(placeIn(new TextEncoder().encode("<html>").buffer)).to.equal(undefined);
    for (let cut = 0; cut < 400; cut += 7) placeIn(photo.slice(0, cut).buffer);
    for (let at = 20; at < 300; at++) placeIn(photo.with(at, 255).buffer);
  });
});

describe("the area of a place", () => {
  const area = (code: string, box: readonly [number, number, number, number]) => ({ code, labels: {}, box });

  it("is the smallest that it lies in, and none outside", () => {
    const areas = [area("all", [43, -4, 44, -3]), area("centre", [43.4, -3.9, 43.5, -3.7])];
    expect(areaAt(areas, 43.46, -3.8)?.code).to.equal("centre");
    expect(areaAt(areas, 43.1, -3.2)?.code).to.equal("all");
    expect(areaAt(areas, 35.3, 139.5)).to.equal(undefined);
  });
});

describe("what waits on a phone", () => {
  it("is tried again after whatever may pass, and not after what will not", () => {
    for (const status of [0, 408, 409, 429, 500, 502, 503])
      expect(meaningOf({ status }, 3), `${status}`).to.equal("later");
    for (const status of [400, 403, 413, 422]) expect(meaningOf({ status }, 0), `${status}`).to.equal("refused");
    expect(meaningOf({ status: 401 }, 0)).to.equal("signed-out");
    expect(meaningOf({ status: 409 }, 50), "a conflict that stays is no passing one").to.equal("refused");
  });

  it("waits longer each time, five minutes at most, as long as the service asks, and not with all other phones", () => {
    expect([0, 1, 2, 3].map((tries) => waitAfter(tries, { status: 0 }, 1))).to.deep.equal([
      2_000, 4_000, 8_000, 16_000,
    ]);
    expect(waitAfter(500, { status: 0 }, 1)).to.equal(300_000);
    expect(waitAfter(0, { status: 429, retryAfter: 60 }, 0)).to.equal(60_000);
    expect(waitAfter(3, { status: 0 }, 0)).to.be.lessThan(waitAfter(3, { status: 0 }, 1));
  });
});
