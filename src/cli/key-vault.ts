/**
 * `warifu key rotate-vault`: replaces the key of the vault in the data folder of a stopped service.
 */
import type { Command } from "commander";
import { vaultKeySource } from "../keys/vault-key.ts";
import { EXIT } from "./exit-code.ts";
import type { Output } from "./output.ts";
import { dataFolder, loadSettings } from "./settings.ts";
import { accessTexts } from "./texts/access/en.ts";
import { frame } from "./texts/frame/en.ts";
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
    .summary(accessTexts().rotate.summary)
    .description(accessTexts().rotate.description)
    .option("--data-dir <folder>", accessTexts().rotate.dataDir)
    .option("--new-key-file <file>", accessTexts().rotate.newKeyFile)
    .option("--leave-damaged", accessTexts().rotate.leaveDamaged)
    .option("--json", frame().json)
    .action((options: RotateOptions) => act(options, (output) => rotate(options, output)));
}

async function rotate(options: RotateOptions, output: Output): Promise<typeof EXIT.holds> {
  const { newKeyFile, leaveDamaged: leavesDamaged } = options;
  const overrides = options.dataDir === undefined ? {} : dataFolder(options.dataDir);
  const config = loadSettings(overrides, { needsSigner: false });
  const progress = await output.progress(accessTexts().rewrapped);
  try {
    const source = vaultKeySource(config);
    const { rotateVaultKey } = await import("../keys/vault-rotation.ts");
    const rotation = await rotateVaultKey({
      ...{ dataDir: config.dataDir, database: config.database, source, newKeyFile, leavesDamaged },
      onStep: (step) => {
        if (step.step === "batch") progress.update(step.done, step.total);
      },
    });
    progress.end();
    output.document(rotation);
    const { keyFile, values, damaged, isFormerDestroyed } = rotation;
    output.say(accessTexts().rotated(values, keyFile), { mark: "holds" });
    if (damaged > 0) output.hint(accessTexts().damaged(damaged));
    output.hint(isFormerDestroyed ? accessTexts().copyNewKey : accessTexts().putNewKey);
    return EXIT.holds;
  } finally {
    progress.end();
  }
}
