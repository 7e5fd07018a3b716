/**
 * `warifu contract deploy`: a contract for a new log, or the successor of one that was closed.
 */
import { Option, type Command } from "commander";
import { deployContract, type NewContract } from "../administer/contract.ts";
import { fromHex } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import { authorOf, documentOf, whereOf, withDeployer, type AuthorOptions } from "./contract-options.ts";
import { EXIT } from "./exit-code.ts";
import { account, rootHash, treeSize, wholeNumber } from "./option-values.ts";
import { counted } from "./output.ts";
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
    .summary("deploy a contract, also as the successor of a closed one")
    .description(
      "Deploys a contract for the log of WARIFU_ORIGIN. With --successor-of: for the log of a closed contract, from the last " +
        "honest head on, which is the newest final anchor in the data folder unless --size and --root name it.",
    )
    .addOption(
      new Option("--admin <address>", "who says who may anchor and close").argParser(account).makeOptionMandatory(),
    )
    .addOption(new Option("--anchorer <address>", "who may anchor").argParser(account).makeOptionMandatory())
    .addOption(new Option("--closer <address>", "who may close the log").argParser(account).makeOptionMandatory())
    .option("--admin-delay <seconds>", "between the two steps that hand over the admin", delay, ADMIN_DELAY_SECONDS)
    .option("--max-growth <n>", "most entries that one anchor may add", wholeNumber(Number.MAX_SAFE_INTEGER))
    .option("--successor-of <address>", "the closed contract before it", account)
    .option("--size <n>", "entries of the head to start at", treeSize)
    .option("--root <hex>", "root hash of the head to start at, 64 digits", rootHash)
    .action((options: DeployOptions) =>
      act(options, async (output) => {
        const changed = await deployContract(authorOf(options), newContractOf(options));
        const { state } = changed;
        output.document(documentOf(changed));
        output.say(`contract ${state.contract} is deployed on chain ${state.chainId}`, { mark: "holds" });
        output.say(`log id      ${state.logId}`);
        output.say(`starts at   ${counted(state.treeSize, "entry", "entries")}, root ${state.rootHash}`);
        output.say(`code hash   ${state.codeHash}`);
        output.hint(whereOf(changed));
        for (const warning of changed.warnings) output.hint(`warning: ${warning}`);
        output.hint("set WARIFU_CONTRACT to it; verifiers' policies must name this address and code hash");
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
