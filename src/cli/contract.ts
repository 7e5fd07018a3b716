/**
 * `warifu contract`: shows the state of a log's contract, and does what its administrators can do. Changes are signed with
 * an administrator's key that is named for this one command, never with the anchoring key from the settings.
 */
import type { Command } from "commander";
import type { administer, ContractChanged, ContractStatus } from "../administer/contract.ts";
import { defineContractDeploy } from "./contract-deploy.ts";
import {
  authorOf,
  documentOf,
  lineOf,
  placeOf,
  whereOf,
  withAuthor,
  withPlace,
  type AuthorOptions,
  type PlaceOptions,
} from "./contract-options.ts";
import { EXIT } from "./exit-code.ts";
import { account } from "./option-values.ts";
import { inSeconds, type Output } from "./output.ts";
import { loadSettings } from "./settings.ts";
import { contractTexts } from "./texts/contract/en.ts";
import type { Act, DefineVerb } from "./verb.ts";

/** A change as the command line describes it. */
type Change = Parameters<typeof administer>[1];

const NOBODY = /^0x0{40}$/;

/** What is changed about an account. */
const ACCOUNT_CHANGES: readonly AccountVerb[] = [
  {
    name: "grant-anchorer",
    words: () => contractTexts().grantAnchorer,
    change: (of) => ({ kind: "grant", role: "anchorer", account: of }),
  },
  {
    name: "revoke-anchorer",
    words: () => contractTexts().revokeAnchorer,
    change: (of) => ({ kind: "revoke", role: "anchorer", account: of }),
  },
  {
    name: "grant-closer",
    words: () => contractTexts().grantCloser,
    change: (of) => ({ kind: "grant", role: "closer", account: of }),
  },
  {
    name: "revoke-closer",
    words: () => contractTexts().revokeCloser,
    change: (of) => ({ kind: "revoke", role: "closer", account: of }),
  },
  {
    name: "offer-admin",
    words: () => contractTexts().offerAdmin,
    change: (of) => ({ kind: "offer-admin", account: of }),
  },
];

export const defineContract: DefineVerb = (program, act) => {
  const contract = program
    .command("contract")
    .summary(contractTexts().contract.summary)
    .description(contractTexts().contract.description)
    .addHelpText("after", contractTexts().contract.after);
  defineStatus(contract, act);
  for (const change of ACCOUNT_CHANGES) defineAccountChange(contract, act, change);
  defineChange(contract, act, {
    name: "accept-admin",
    words: () => contractTexts().acceptAdmin,
    change: { kind: "accept-admin" },
    done: ({ admin }) => contractTexts().acceptAdmin.done(admin),
  });
  defineChange(contract, act, {
    name: "close",
    words: () => contractTexts().close,
    change: { kind: "close" },
    done: ({ treeSize }) => contractTexts().close.done(treeSize),
  });
  defineContractDeploy(contract, act);
};

function defineStatus(contract: Command, act: Act): void {
  withPlace(contract.command("status"))
    .summary(contractTexts().status.summary)
    .description(contractTexts().status.description)
    .action((options: PlaceOptions) =>
      act(options, async (output) => {
        const { contractStatus } = await import("../administer/contract.ts");
        const status = await contractStatus(placeOf(options, loadSettings({}, { needsSigner: false })));
        output.document(status);
        sayStatus(status, output);
        return EXIT.holds;
      }),
    );
}

interface AccountVerb {
  readonly name: string;
  readonly words: () => VerbWords & { readonly done: (account: string) => string };
  readonly change: (account: string) => Change;
}

interface VerbWords {
  readonly summary: string;
  readonly description: string;
}

function defineAccountChange(contract: Command, act: Act, { name, words, change }: AccountVerb): void {
  withAuthor(contract.command(name).argument("<address>", contractTexts().account, account))
    .summary(words().summary)
    .description(words().description)
    .action((of: string, options: AuthorOptions) =>
      act(options, (output) => makeChange(options, change(of), () => words().done(of), output)),
    );
}

interface PlainVerb {
  readonly name: string;
  readonly words: () => VerbWords;
  readonly change: Change;
  readonly done: (state: ContractChanged["state"]) => string;
}

function defineChange(contract: Command, act: Act, { name, words, change, done }: PlainVerb): void {
  withAuthor(contract.command(name))
    .summary(words().summary)
    .description(words().description)
    .action((options: AuthorOptions) => act(options, (output) => makeChange(options, change, done, output)));
}

async function makeChange(
  options: AuthorOptions,
  change: Change,
  done: (state: ContractChanged["state"]) => string,
  output: Output,
): Promise<typeof EXIT.holds> {
  const { administer } = await import("../administer/contract.ts");
  const changed = await administer(authorOf(options), change);
  output.document(documentOf(changed));
  output.say(done(changed.state), { mark: "holds" });
  output.hint(whereOf(changed));
  return EXIT.holds;
}

function sayStatus(status: ContractStatus, output: Output): void {
  const { treeSize: size, anchoredAt, offered } = status;
  const words = contractTexts();
  const head = words.since(words.headOf(size, status.rootHash), inSeconds(anchoredAt * 1000));
  output.say(lineOf("contract", words.contractOf(status.contract, status.chainId, status.blockNumber)));
  output.say(lineOf("codeHash", status.codeHash));
  output.say(lineOf("logId", status.logId));
  output.say(lineOf("head", head));
  output.say(lineOf("closed", status.isClosed ? words.yesForGood : words.no));
  output.say(lineOf("admin", NOBODY.test(status.admin) ? words.nobody : status.admin));
  if (offered) output.say(`  ${words.offered(offered.account, inSeconds(offered.after * 1000))}`);
  output.say(lineOf("anchorers", status.anchorers.join(", ") || words.nobody));
  output.say(lineOf("closers", status.closers.join(", ") || words.nobody));
}
