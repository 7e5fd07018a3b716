// Rotates the vault's key of a folder, and kills itself at a step: node rotate-vault.ts FOLDER KEY-FILE STEP-NUMBER.

import { writeSync } from "node:fs";

import { rotateVaultKey } from "../../../src/keys/vault-rotation.ts";
import { vaultKeySource } from "../../../src/keys/vault-key.ts";

const [dataDir = "", file = "", at = ""] = process.argv.slice(2);
let steps = 0;
await rotateVaultKey({
  dataDir,
  source: vaultKeySource({ files: { vaultKey: file }, vaultKey: undefined }),
  batchRows: 5,
  onStep: ({ step }) => {
    if (++steps < Number(at)) return;
    writeSync(1, step);
    process.kill(process.pid, "SIGKILL");
  },
});
