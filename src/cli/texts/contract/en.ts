/** What `warifu contract` says, in English. The type of the other languages. */
import { inEachLanguage } from "../../language.ts";
import { counted } from "../../output.ts";

export type ContractTexts = typeof EN;

const EN = {
  contract: {
    summary: "administer the log's contract",
    description: "Shows the log's contract, says who may anchor and who may close, closes it, and deploys one.",
    after: `
Changes are signed with --keystore and --password-file, with --signer-url and --address, or with WARIFU_ADMIN_KEY. Each
waits for its block; one that is made already sends nothing.

Exit code 0: it is so, 2: the contract does not allow it, 3: no answer yet.

Examples:
  warifu contract status
  warifu contract revoke-anchorer 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266 --keystore admin.json --password-file admin.password
  warifu contract close --signer-url http://127.0.0.1:9000 --address 0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC`,
  },
  account: "the account",
  status: {
    summary: "say how the contract stands",
    description: "Says which head the contract holds, whether it is closed, and who holds which role.",
  },
  grantAnchorer: {
    summary: "let an account anchor",
    description: "Lets an account anchor.",
    done: (of: string) => `${of} may anchor`,
  },
  revokeAnchorer: {
    summary: "take the right to anchor from an account",
    description: "Takes the right to anchor from an account.",
    done: (of: string) => `${of} may not anchor`,
  },
  grantCloser: {
    summary: "let an account close the log",
    description: "Lets an account close the log.",
    done: (of: string) => `${of} may close the log`,
  },
  revokeCloser: {
    summary: "take the right to close the log from an account",
    description: "Takes the right to close the log from an account.",
    done: (of: string) => `${of} may not close the log`,
  },
  offerAdmin: {
    summary: "offer the place of the admin to an account",
    description: "Offers the place of the admin to an account.",
    done: (of: string) =>
      `${of} can become admin with \`warifu contract accept-admin\`, once the contract's delay is over`,
  },
  acceptAdmin: {
    summary: "become admin, after an offer",
    description: "Becomes admin, after an offer.",
    done: (admin: string) => `${admin} is the admin`,
  },
  close: {
    summary: "close the log for good",
    description: "Closes the log for good.",
    done: (treeSize: number) => `the log is closed for good at ${counted(treeSize, "entry", "entries")}`,
  },
  deploy: {
    summary: "deploy a contract, also as the successor of a closed one",
    description:
      "Deploys a contract for the log of WARIFU_ORIGIN. With --successor-of: for the log of a closed contract, from the last " +
      "honest head on, which is the newest final anchor in the data folder unless --size and --root name it.",
    admin: "who says who may anchor and close",
    anchorer: "who may anchor",
    closer: "who may close the log",
    adminDelay: "between the two steps that hand over the admin",
    maxGrowth: "most entries that one anchor may add",
    successorOf: "the closed contract before it",
    size: "entries of the head to start at",
    root: "root hash of the head to start at, 64 digits",
  },
  deployed: (contract: string, chain: number) => `contract ${contract} is deployed on chain ${chain}`,
  warning: (message: string) => `warning: ${message}`,
  setContract: "set WARIFU_CONTRACT to it; verifiers' policies must name this address and code hash",
  options: {
    contract: "the contract (default: WARIFU_CONTRACT, else that of the data folder)",
    rpc: "JSON-RPC endpoint of the chain (default: all of WARIFU_RPC_URL, which must agree; else the local chain)",
    keystore: "sign with the key in this encrypted keystore",
    passwordFile: "the file with its password",
    signerUrl: "sign through a signer elsewhere (eth_signTransaction)",
    address: "the account that it is to sign for",
    maxCost: "the most that the transaction may cost (default: 0.5)",
    wait: "how long to wait for a block",
    ether: "It is an amount such as 0.5.",
  },
  nothingSent: "it was so already: nothing was sent",
  included: (transaction: string, block: number) => `transaction ${transaction} in block ${block}`,
  labels: {
    contract: "contract",
    codeHash: "code hash",
    logId: "log id",
    head: "head",
    startsAt: "starts at",
    closed: "closed",
    admin: "admin",
    anchorers: "anchorers",
    closers: "closers",
  },
  contractOf: (contract: string, chain: number, block: number) => `${contract} on chain ${chain}, at block ${block}`,
  headOf: (treeSize: number, root: string) => `${counted(treeSize, "entry", "entries")}, root ${root}`,
  since: (head: string, time: string) => `${head}, since ${time}`,
  yesForGood: "yes, for good",
  no: "no",
  nobody: "nobody",
  offered: (account: string, time: string) => `offered to ${account}, from ${time} on`,
};

export const contractTexts = inEachLanguage(EN, {
  es: async () => (await import("./es.ts")).ES,
  ja: async () => (await import("./ja.ts")).JA,
});
