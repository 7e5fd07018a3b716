/**
 * `warifu contract deploy`: a contract for a new log, or the successor of one that was closed.
 */
import { Option, type Command } from "commander";
import type { NewContract } from "../administer/contract.ts";
import { fromHex } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import { authorOf, documentOf, lineOf, whereOf, withDeployer, type AuthorOptions } from "./contract-options.ts";
import { EXIT } from "./exit-code.ts";
import { account, rootHash, treeSize, wholeNumber } from "./option-values.ts";
import { contractTexts } from "./texts/contract/en.ts";
import type { Act } from "./verb.ts";

interface DeployOptions extends AuthorOptions {
  readonly admin: string;
  readonly anchorer: string;
  readonly closer: string;
  readonly adminDelay: number;
  readonly maxGrowth?: number;
  readonly successorOf?: string;
  readonly size?: number;
  readonly root?: string;
}

const ADMIN_DELAY_SECONDS = 172_800;

/** Adds the verb under `contract`. */
export function defineContractDeploy(contract: Command, act: Act): void {
  withDeployer(contract.command("deploy"))
    .summary(contractTexts().deploy.summary)
    .description(contractTexts().deploy.description)
    .addOption(new Option("--admin <address>", contractTexts().deploy.admin).argParser(account).makeOptionMandatory())
    .addOption(
      new Option("--anchorer <address>", contractTexts().deploy.anchorer).argParser(account).makeOptionMandatory(),
    )
    .addOption(new Option("--closer <address>", contractTexts().deploy.closer).argParser(account).makeOptionMandatory())
    .option("--admin-delay <seconds>", contractTexts().deploy.adminDelay, delay, ADMIN_DELAY_SECONDS)
    .option("--max-growth <n>", contractTexts().deploy.maxGrowth, wholeNumber(Number.MAX_SAFE_INTEGER))
    .option("--successor-of <address>", contractTexts().deploy.successorOf, account)
    .option("--size <n>", contractTexts().deploy.size, treeSize)
    .option("--root <hex>", contractTexts().deploy.root, rootHash)
    .action((options: DeployOptions) =>
      act(options, async (output) => {
        const { deployContract } = await import("../administer/contract.ts");
        const changed = await deployContract(authorOf(options), newContractOf(options));
        const { state } = changed;
        output.document(documentOf(changed));
        const words = contractTexts();
        output.say(words.deployed(state.contract, state.chainId), { mark: "holds" });
        output.say(lineOf("logId", state.logId));
        output.say(lineOf("startsAt", words.headOf(state.treeSize, state.rootHash)));
        output.say(lineOf("codeHash", state.codeHash));
        output.hint(whereOf(changed));
        for (const warning of changed.warnings) output.hint(words.warning(warning));
        output.hint(words.setContract);
        return EXIT.holds;
      }),
    );
}

function newContractOf(options: DeployOptions): NewContract {
  const { admin, anchorer, closer, adminDelay, maxGrowth, successorOf, size, root } = options;
  if ((size === undefined) !== (root === undefined))
    throw new WarifuError("USAGE", "a head is named by both, --size and --root");
  const start =
    size === undefined || root === undefined ? undefined : { treeSize: size, rootHash: fromHex(root, "root", 32) };
  return { admin, anchorer, closer, adminDelay, maxGrowth, successorOf, start };
}

/** Zero is for trying things out; the contract accepts at most 48 bits. */
function delay(text: string): number {
  return text === "0" ? 0 : wholeNumber(2 ** 40)(text);
}
