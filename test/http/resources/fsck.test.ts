// The log over HTTP under the eyes of a program that knows nothing of it but C2SP's rules: Tessera's fsck reads every tile and
// entry bundle, and derives the checkpoint's root from them. It comes from no npm package: TEST_FSCK names the program, and
// .ci/run builds it.

import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

import { expect } from "chai";

import { formatVerifierKey, verifierKey } from "../../../src/core/note.ts";
import { startService, type TestService } from "../../support/service.ts";
import { signingKey } from "../../support/signing-key.ts";
import { readingText, submitLines } from "../support/call.ts";

const FSCK = process.env["TEST_FSCK"] || undefined;
/** Two full tiles, and a partial one above and below. */
const RECORDS = 700;

if (FSCK === undefined) process.stdout.write("left out: the log under fsck, because TEST_FSCK names no program\n");
else checkedBy(FSCK);

function checkedBy(program: string): void {
  describe("the log under Tessera's fsck", () => {
    let service: TestService;
    before(async () => {
      service = await startService();
    });
    after(() => service.stop());

    /** What it says of the log in the end. */
    async function check(key = service.policy.log): Promise<string> {
      const file = join(service.folder, "vkey");
      writeFileSync(file, formatVerifierKey(key));
      const words = ["-storage_url", `${service.url}/log/`, "-public_key", file, "-ui=false"];
      return promisify(execFile)(program, words, { timeout: 150_000 }).then(
        ({ stderr }) => stderr,
        (error: { stderr: string }) => error.stderr,
      );
    }

    it("is whole at its first entries, and with full tiles", async () => {
      for (const count of [1, RECORDS]) {
        await submitLines(service, Array.from({ length: count }, (_, at) => readingText(count + at / 16)).join("\n"));
        expect(await check()).to.match(
          new RegExp(`Successfully fsck'd log with size ${service.log.tree.publishedSize} `),
        );
      }
    });

    it("is not taken for that of another key", async () => {
      const other = verifierKey(service.policy.log.name, signingKey(99).publicKey);
      expect(await check(other)).not.to.match(/Successfully/);
    });
  });
}
