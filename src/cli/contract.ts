/**
 * `warifu contract`: shows the state of a log's contract, and does what its administrators can do. Changes are signed with
 * an administrator's key that is named for this one command, never with the anchoring key from the settings.
 */
import type { Command } from "commander";
import { administer, contractStatus, type ContractChanged, type ContractStatus } from "../administer/contract.ts";
import { defineContractDeploy } from "./contract-deploy.ts";
import {
  authorOf,
  documentOf,
  placeOf,
  whereOf,
  withAuthor,
  withPlace,
  type AuthorOptions,
  type PlaceOptions,
} from "./contract-options.ts";
import { EXIT } from "./exit-code.ts";
import { account } from "./option-values.ts";
import { counted, inSeconds, type Output } from "./output.ts";
import { loadSettings } from "./settings.ts";
import type { Act, DefineVerb } from "./verb.ts";

/** A change as the command line describes it. */
type Change = Parameters<typeof administer>[1];

const NOBODY = /^0x0{40}$/;

const EXAMPLES = `
Changes are signed with --keystore and --password-file, with --signer-url and --address, or with WARIFU_ADMIN_KEY. Each
waits for its block; one that is made already sends nothing.

Exit code 0: it is so, 2: the contract does not allow it, 3: no answer yet.

Examples:
  warifu contract status
  warifu contract revoke-anchorer 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266 --keystore admin.json --password-file admin.password
  warifu contract close --signer-url http://127.0.0.1:9000 --address 0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC`;

/** What is changed about an account. */
const ACCOUNT_CHANGES: readonly AccountVerb[] = [
  {
    name: "grant-anchorer",
    summary: "let an account anchor",
    change: (of) => ({ kind: "grant", role: "anchorer", account: of }),
    done: (of) => `${of} may anchor`,
  },
  {
    name: "revoke-anchorer",
    summary: "take the right to anchor from an account",
    change: (of) => ({ kind: "revoke", role: "anchorer", account: of }),
    done: (of) => `${of} may not anchor`,
  },
  {
    name: "grant-closer",
    summary: "let an account close the log",
    change: (of) => ({ kind: "grant", role: "closer", account: of }),
    done: (of) => `${of} may close the log`,
  },
  {
    name: "revoke-closer",
    summary: "take the right to close the log from an account",
    change: (of) => ({ kind: "revoke", role: "closer", account: of }),
    done: (of) => `${of} may not close the log`,
  },
  {
    name: "offer-admin",
    summary: "offer the place of the admin to an account",
    change: (of) => ({ kind: "offer-admin", account: of }),
    done: (of) => `${of} can become admin with \`warifu contract accept-admin\`, once the contract's delay is over`,
  },
];

export const defineContract: DefineVerb = (program, act) => {
  const contract = program
    .command("contract")
    .summary("administer the log's contract")
    .description("Shows the log's contract, says who may anchor and who may close, closes it, and deploys one.")
    .addHelpText("after", EXAMPLES);
  defineStatus(contract, act);
  for (const change of ACCOUNT_CHANGES) defineAccountChange(contract, act, change);
  defineChange(contract, act, {
    name: "accept-admin",
    summary: "become admin, after an offer",
    change: { kind: "accept-admin" },
    done: ({ admin }) => `${admin} is the admin`,
  });
  defineChange(contract, act, {
    name: "close",
    summary: "close the log for good",
    change: { kind: "close" },
    done: (state) => `the log is closed for good at ${counted(state.treeSize, "entry", "entries")}`,
  });
  defineContractDeploy(contract, act);
};

function defineStatus(contract: Command, act: Act): void {
  withPlace(contract.command("status"))
    .summary("say how the contract stands")
    .description("Says which head the contract holds, whether it is closed, and who holds which role.")
    .action((options: PlaceOptions) =>
      act(options, async (output) => {
        const status = await contractStatus(placeOf(options, loadSettings({}, { needsSigner: false })));
        output.document(status);
        sayStatus(status, output);
        return EXIT.holds;
      }),
    );
}

interface AccountVerb {
  readonly name: string;
  readonly summary: string;
  readonly change: (account: string) => Change;
  readonly done: (account: string) => string;
}

function defineAccountChange(contract: Command, act: Act, { name, summary, change, done }: AccountVerb): void {
  withAuthor(contract.command(name).argument("<address>", "the account", account))
    .summary(summary)
    .description(`${sentence(summary)}.`)
    .action((of: string, options: AuthorOptions) =>
      act(options, (output) => makeChange(options, change(of), () => done(of), output)),
    );
}

interface PlainVerb {
  readonly name: string;
  readonly summary: string;
  readonly change: Change;
  readonly done: (state: ContractChanged["state"]) => string;
}

function defineChange(contract: Command, act: Act, { name, summary, change, done }: PlainVerb): void {
  withAuthor(contract.command(name))
    .summary(summary)
    .description(`${sentence(summary)}.`)
    .action((options: AuthorOptions) => act(options, (output) => makeChange(options, change, done, output)));
}

async function makeChange(
  options: AuthorOptions,
  change: Change,
  done: (state: ContractChanged["state"]) => string,
  output: Output,
): Promise<typeof EXIT.holds> {
  const changed = await administer(authorOf(options), change);
  output.document(documentOf(changed));
  output.say(done(changed.state), { mark: "holds" });
  output.hint(whereOf(changed));
  return EXIT.holds;
}

function sayStatus(status: ContractStatus, output: Output): void {
  const { treeSize: size, anchoredAt, offered } = status;
  const time = inSeconds(anchoredAt * 1000);
  output.say(`contract    ${status.contract} on chain ${status.chainId}, at block ${status.blockNumber}`);
  output.say(`code hash   ${status.codeHash}`);
  output.say(`log id      ${status.logId}`);
  output.say(`head        ${counted(size, "entry", "entries")}, root ${status.rootHash}, since ${time}`);
  output.say(`closed      ${status.isClosed ? "yes, for good" : "no"}`);
  output.say(`admin       ${NOBODY.test(status.admin) ? "nobody" : status.admin}`);
  if (offered) output.say(`  offered to ${offered.account}, from ${inSeconds(offered.after * 1000)} on`);
  output.say(`anchorers   ${status.anchorers.join(", ") || "nobody"}`);
  output.say(`closers     ${status.closers.join(", ") || "nobody"}`);
}

/** Turns "let an account anchor" into the form that descriptions have: "Lets an account anchor". */
function sentence(summary: string): string {
  return summary.replace(/^(\w)(\w*)/, (_, first: string, rest: string) => `${first.toUpperCase()}${rest}s`);
}
