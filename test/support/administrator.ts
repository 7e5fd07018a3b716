// The commands of a contract's administrators, run as they run them, against a real chain.

import { expect } from "chai";

import { runHere } from "../cli/support/run-here.ts";
import type { TestChain } from "./chains.ts";
import { temporaryFolder } from "./ledger.ts";
import { makeAccount, type TestAccount } from "./keystores.ts";

/** What a change prints with --json. */
export type Changed = {
  readonly contract: string;
  readonly treeSize: number;
  readonly rootHash: string;
  readonly codeHash: string;
  readonly isClosed: boolean;
  readonly admin: string;
  readonly anchorers?: readonly string[];
  readonly closers?: readonly string[];
  readonly changed: boolean;
  readonly transaction: { readonly blockNumber: number } | null;
};

export type Administrators = {
  readonly folder: string;
  readonly admin: TestAccount;
  readonly closer: TestAccount;
  readonly anchorer: TestAccount;
  /** A further account with funds. */
  readonly account: (name: string) => Promise<TestAccount>;
  /** Runs `warifu contract …` over the chain; what it printed for programs. Fails unless it exits with 0. */
  readonly command: (args: readonly string[], signer?: TestAccount) => Promise<Changed>;
  /** Deploys for the log of `WARIFU_ORIGIN`'s default, with these three accounts. */
  readonly deploy: (more?: readonly string[], anchorer?: TestAccount) => Promise<Changed>;
};

/** Three accounts with funds, one a role, in a folder of their own. */
export async function administratorsOn({ rpcUrl, ask }: TestChain): Promise<Administrators> {
  const folder = temporaryFolder();
  const account = async (name: string): Promise<TestAccount> => {
    const made = await makeAccount(folder, name);
    await ask("anvil_setBalance", made.address, "0x56bc75e2d63100000");
    return made;
  };
  const [admin, closer, first] = [await account("admin"), await account("closer"), await account("anchorer")];
  const command: Administrators["command"] = async (args, signer) => {
    const all = ["contract", ...args, "--rpc", rpcUrl, "--json", ...(signer?.signsWith ?? [])];
    const { code, stdout, stderr } = await runHere(all, folder);
    expect(code, `${all.join(" ")}\n${stderr}`).to.equal(0);
    return JSON.parse(stdout) as Changed;
  };
  return {
    folder,
    admin,
    closer,
    anchorer: first,
    account,
    command,
    deploy: (more = [], anchorer = first) => {
      const roles = ["--admin", admin.address, "--anchorer", anchorer.address, "--closer", closer.address];
      return command(["deploy", ...roles, ...more], admin);
    },
  };
}
