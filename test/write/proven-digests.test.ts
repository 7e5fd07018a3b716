import { expect } from "chai";
import { ProvenDigests } from "../../src/write/proven-digests.ts";

describe("digests of what was proven", () => {
  const bytes = Uint8Array.of(1, 2, 3);
  let asked: number;
  const finds = (isProven: boolean) => (): boolean => {
    asked++;
    return isProven;
  };
  beforeEach(() => (asked = 0));

  it("save the proof of the same bytes in the same place, and of nothing else", async () => {
    const digests = new ProvenDigests();
    expect(await digests.isProven("0/1", bytes, finds(true))).to.equal(true);
    expect(await digests.isProven("0/1", bytes.slice(), finds(false))).to.equal(true);
    expect(asked).to.equal(1);
    expect(await digests.isProven("0/2", bytes, finds(false))).to.equal(false);
    expect(await digests.isProven("0/1", Uint8Array.of(1, 2, 4), finds(false))).to.equal(false);
    expect(asked).to.equal(3);
    // Those that were not proven have not taken the place of those that were.
    expect(await digests.isProven("0/1", bytes, finds(false))).to.equal(true);
  });

  it("remember nothing that was not proven", async () => {
    const digests = new ProvenDigests();
    for (const isProven of [false, false, true, false]) await digests.isProven("0/1", bytes, finds(isProven));
    expect(asked).to.equal(3);
  });

  it("are of the newest, so that memory is bounded", async () => {
    const digests = new ProvenDigests();
    for (let n = 0; n <= 65_536; n++) await digests.isProven(String(n), bytes, finds(true));
    asked = 0;
    for (const name of ["1", "65536", "0"]) await digests.isProven(name, bytes, finds(true));
    expect(asked).to.equal(1);
  });
});
