// OpenTimestamps as its standard client knows it (PyPI, opentimestamps-client): it reads proofs of ours, and stamps at the
// calendar that the other tests ask, so that calendar and verifier agree with it in both directions.

import { expect } from "chai";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { toBase64, utf8 } from "../../src/core/bytes.ts";
import type { BlockProof } from "../../src/core/bundle.ts";
import { completedBy, enterInto } from "../../src/cosign/calendar.ts";
import { readBitcoinHeader } from "../../src/core/bitcoin-header.ts";
import { checkBlockProof } from "../../src/verify/check-block-proof.ts";
import { BitcoinCalendar } from "../support/bitcoin-calendar.ts";
import { temporaryFolder } from "../support/ledger.ts";
import { pythonWith, runProgram } from "../support/programs.ts";

const PYTHON = pythonWith("otsclient");
if (PYTHON === undefined)
  process.stdout.write(
    "left out: the standard client of OpenTimestamps, because TEST_PYTHON names no python3 with opentimestamps-client\n",
  );
const CLIENT = "import sys; from otsclient.ots import main; sys.exit(main())";

if (PYTHON !== undefined)
  describe("OpenTimestamps and its standard client", () => {
    const folder = temporaryFolder();
    const stamped = utf8("what was stamped\n");
    const path = join(folder, "stamped.data");
    let calendar: BitcoinCalendar;
    beforeEach(async () => {
      calendar = new BitcoinCalendar();
      await calendar.listen();
      writeFileSync(path, stamped);
    });
    afterEach(() => {
      calendar.close();
      rmSync(`${path}.ots`, { force: true });
    });
    const ots = async (...args: string[]): Promise<string> => {
      const { code, stdout, stderr } = await runProgram(PYTHON, ["-c", CLIENT, "--no-cache", ...args]);
      expect(code, stderr).to.equal(0);
      return stdout + stderr;
    };

    it("agree on a proof of ours, before and after there is a block", async () => {
      const asked = { url: calendar.url, timeoutMs: 60_000, allowPrivate: true };
      const info = ({ opentimestamps }: BlockProof): Promise<string> => {
        writeFileSync(`${path}.ots`, Buffer.from(opentimestamps, "base64"));
        return ots("info", `${path}.ots`);
      };
      const entered = await enterInto(asked, stamped);
      expect(await info(entered)).to.include(`PendingAttestation('${calendar.url}')`);
      calendar.mine(1_700_000_000);
      const said = await info(await completedBy(asked, entered, stamped));
      const root = readBitcoinHeader(calendar.blocks[0]?.header ?? "").merkleRoot.toReversed();
      expect(said).to.include("BitcoinBlockHeaderAttestation(900000)").and.not.include("Pending");
      expect(said).to.include(`Bitcoin block merkle root ${Buffer.from(root).toString("hex")}`);
    });

    it("agree on a proof of the client's own, with a nonce and two branches", async () => {
      await ots("stamp", "-m", "1", "-c", calendar.url, path);
      calendar.mine(1_700_000_000);
      await ots("-l", calendar.url, "upgrade", `${path}.ots`);
      const proof = { opentimestamps: toBase64(new Uint8Array(readFileSync(`${path}.ots`))) };
      expect(checkBlockProof(proof, stamped, calendar.blocks).shown).to.deep.equal({
        bitcoinBlock: 900_000,
        time: 1_700_000_000,
      });
    });
  });
