// The files of a log in a folder that somebody else made: each read is bounded, whatever lies there.

import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { exportedLogFiles } from "../../src/audit/exported-log.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { temporaryFolder } from "../support/ledger.ts";

describe("the files of an exported log", () => {
  it("are those that are there, up to their bounds", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "checkpoint"), "note");
    const { get } = exportedLogFiles(folder);
    expect(Buffer.from((await get("checkpoint", 4)) ?? []).toString()).to.equal("note");
    expect(await get("tile/0/000", 4)).to.equal(undefined);
    await expectRejection("SERVICE_UNREACHABLE", get("checkpoint", 3), /more than 3 bytes/);
  });

  it("are no folders, devices or pipes, which nobody waits for", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "folder"));
    symlinkSync("/dev/null", join(folder, "device"));
    execFileSync("mkfifo", [join(folder, "pipe")]);
    for (const path of ["folder", "device", "pipe"])
      await expectRejection("SERVICE_UNREACHABLE", exportedLogFiles(folder).get(path, 4), /is not a file/);
  });
});
