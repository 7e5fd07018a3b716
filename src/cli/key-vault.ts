/**
 * `warifu key rotate-vault`: replaces the key of the vault in the data folder of a stopped service.
 */
import type { Command } from "commander";
import { rotateVaultKey } from "../keys/vault-rotation.ts";
import { vaultKeySource } from "../keys/vault-key.ts";
import { EXIT } from "./exit-code.ts";
import { counted, type Output } from "./output.ts";
import { dataFolder, loadSettings } from "./settings.ts";
import type { Act, CommonOptions } from "./verb.ts";

interface RotateOptions extends CommonOptions {
  readonly dataDir?: string;
  readonly newKeyFile?: string;
  readonly leaveDamaged?: boolean;
}

/** Adds the verb under `key`. */
export function defineKeyVault(key: Command, act: Act): void {
  key
    .command("rotate-vault")
    .summary("replace the key of the vault, so that old copies of it cannot be opened")
    .description(
      "Puts everything in the vault of a stopped service under a new key, then destroys the former one: copies of the vault " +
        "that were made before can be opened no more, once its copies are destroyed as well. If it is cut off, start it again.",
    )
    .option("--data-dir <dir>", "the data folder (default: WARIFU_DATA_DIR, else data)")
    .option("--new-key-file <file>", "if the key is not in a file: the file for the new one, made if it is missing")
    .option("--leave-damaged", "go on although some values open with no key: they are lost")
    .option("--json", "print one JSON document")
    .action((options: RotateOptions) => act(options, (output) => rotate(options, output)));
}

async function rotate(options: RotateOptions, output: Output): Promise<typeof EXIT.holds> {
  const { newKeyFile, leaveDamaged: leavesDamaged } = options;
  const overrides = options.dataDir === undefined ? {} : dataFolder(options.dataDir);
  const config = loadSettings(overrides, { needsSigner: false });
  const progress = await output.progress("values rewrapped");
  try {
    const source = vaultKeySource(config);
    const rotation = await rotateVaultKey({
      ...{ dataDir: config.dataDir, source, newKeyFile, leavesDamaged },
      onStep: (step) => {
        if (step.step === "batch") progress.update(step.done, step.total);
      },
    });
    progress.end();
    output.document(rotation);
    const { keyFile, values, damaged, isFormerDestroyed } = rotation;
    output.say(`the vault is under a new key: ${counted(values, "value")}, key in ${keyFile}`, { mark: "holds" });
    if (damaged > 0) output.hint(`${counted(damaged, "value")} opened with no key`);
    output.hint(
      isFormerDestroyed
        ? "copy the new key to where its backup is, and destroy every copy of the former one"
        : "put the new key to where the service takes it from, then destroy the former one and every copy of it",
    );
    return EXIT.holds;
  } finally {
    progress.end();
  }
}
