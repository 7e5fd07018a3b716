// Timestamps of a bundle as files, for programs that know nothing of bundles.

import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { formatBundle } from "../../src/core/bundle.ts";
import { fromUtf8, toBase64 } from "../../src/core/bytes.ts";
import { attestationsIn, formatProof } from "../../src/core/open-timestamps.ts";
import { stampedBytes } from "../../src/core/stamped-checkpoint.ts";
import { Output } from "../../src/cli/output.ts";
import { saveTimestamps } from "../../src/cli/prove-timestamps.ts";
import { pendingAt, sha256 } from "../support/bitcoin-calendar.ts";
import { bundleFixture, LOG_KEY } from "../support/bundle-fixture.ts";
import { expectCode } from "../support/expect-code.ts";
import { temporaryFolder } from "../support/ledger.ts";

/** Keeps what would be said. */
class Hints extends Output {
  readonly lines: string[] = [];
  override hint(line: string): void {
    this.lines.push(line);
  }
}

describe("timestamps as files", () => {
  it("are a token, or a proof under the name that its data has, each beside what it is about", async () => {
    const folder = join(temporaryFolder(), "stamps");
    const { bundle, note } = await bundleFixture({ cosigners: 1 });
    const stamped = stampedBytes(note, [LOG_KEY]);
    const proof = formatProof(sha256(stamped), pendingAt("https://calendar.example"));
    const timestamps = [{ tokens: ["AAAA", "BBBB"] }, { opentimestamps: toBase64(proof) }];
    const output = new Hints(false);
    saveTimestamps("id", folder, formatBundle({ ...bundle, timestamps }), output);
    expect(output.lines.join("\n"))
      .to.match(/openssl ts .*1\.der .*1\.data/)
      .and.match(/ots verify \S+2\.data\.ots/);
    expect(readdirSync(folder).sort()).to.deep.equal([
      ...["1-renewal-1.data", "1-renewal-1.der", "1.data", "1.der", "2.data", "2.data.ots"],
    ]);
    const read = (name: string) => new Uint8Array(readFileSync(join(folder, name)));
    expect(fromUtf8(read("2.data"), "note")).to.equal(fromUtf8(stamped, "note"));
    expect(attestationsIn(read("2.data.ots"), read("2.data"))).to.have.length(1);
    expectCode("NOT_FOUND", () => saveTimestamps("id", folder, formatBundle(bundle), output));
  });
});
