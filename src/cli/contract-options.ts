/**
 * Options of `warifu contract`: which contract, and whose key. The key is named for this one command, never taken from the
 * settings of the anchoring account.
 */
import { InvalidArgumentError, type Command } from "commander";
import { parseEther } from "ethers";
import type { SignerOptions } from "../keys/account-keys.ts";
import type { Config } from "../config.ts";
import type { ContractAuthor, ContractChanged, ContractPlace } from "../administer/contract.ts";
import { WarifuError } from "../core/errors.ts";
import { account, address, seconds } from "./option-values.ts";
import { loadSettings } from "./settings.ts";
import type { CommonOptions } from "./verb.ts";

/** Which contract. */
export interface PlaceOptions extends CommonOptions {
  readonly rpc?: string;
  readonly contract?: string;
}

/** Which contract, and whose key changes it. */
export interface AuthorOptions extends PlaceOptions {
  readonly keystore?: string;
  readonly passwordFile?: string;
  readonly signerUrl?: string;
  readonly address?: string;
  readonly wait: number;
  readonly maxCost?: bigint;
}

const WAIT_SECONDS = 180;

/** Where a change was included, in words. */
export function whereOf({ included }: ContractChanged): string {
  return included === null
    ? "it was so already: nothing was sent"
    : `transaction ${included.transactionHash} in block ${included.blockNumber}`;
}

/** A change for programs. */
export function documentOf({ state, included }: ContractChanged): object {
  return { ...state, changed: included !== null, transaction: included };
}

/** Options that say which contract. */
export function withPlace(command: Command): Command {
  return withChain(command)
    .option("--contract <address>", "the contract (default: WARIFU_CONTRACT, else that of the data folder)", account)
    .option("--json", "print one JSON document");
}

/** Options that say which contract and whose key. */
export function withAuthor(command: Command): Command {
  return withKey(withPlace(command));
}

/** Options that say which chain and whose key, for a contract that does not exist yet. */
export function withDeployer(command: Command): Command {
  return withKey(withChain(command).option("--json", "print one JSON document"));
}

function withChain(command: Command): Command {
  return command.option(
    "--rpc <url>",
    "JSON-RPC endpoint of the chain (default: all of WARIFU_RPC_URL, which must agree; else the local chain)",
    address,
  );
}

function withKey(command: Command): Command {
  return command
    .option("--keystore <file>", "sign with the key in this encrypted keystore")
    .option("--password-file <file>", "the file with its password")
    .option("--signer-url <url>", "sign through a signer elsewhere (eth_signTransaction)", address)
    .option("--address <address>", "the account that it is to sign for", account)
    .option("--max-cost <ether>", "the most that the transaction may cost (default: 0.5)", ether)
    .option("--wait <seconds>", "how long to wait for a block", seconds, WAIT_SECONDS);
}

/** The contract named by the options, or else by the settings. */
export function placeOf({ rpc, contract }: PlaceOptions, config: Config): ContractPlace {
  return { config, rpcUrl: rpc, contract };
}

/** The contract, and the key that the options name. */
export function authorOf(options: AuthorOptions): ContractAuthor {
  const config = loadSettings({}, { needsSigner: false });
  const { wait, maxCost } = options;
  return { ...placeOf(options, config), signer: signerOf(options, config), waitMs: wait * 1000, maxCost };
}

/** @throws USAGE without a key, with only half of what names one, or with two keys */
function signerOf(options: AuthorOptions, { adminKey }: Config): SignerOptions {
  const { keystore, passwordFile, signerUrl, address: of } = options;
  if ((keystore === undefined) !== (passwordFile === undefined))
    throw new WarifuError("USAGE", "a keystore is opened with both, --keystore and --password-file");
  if ((signerUrl === undefined) !== (of === undefined))
    throw new WarifuError("USAGE", "a signer elsewhere is named by both, --signer-url and --address");
  if (keystore !== undefined && signerUrl !== undefined)
    throw new WarifuError("USAGE", "one key signs: take --keystore or --signer-url");
  if (keystore !== undefined && passwordFile !== undefined) return { kind: "keystore", keystore, passwordFile };
  if (signerUrl !== undefined && of !== undefined) return { kind: "external", url: signerUrl, address: of };
  if (adminKey !== undefined) return { kind: "key", key: adminKey };
  throw new WarifuError(
    "USAGE",
    "whose key signs? name it with --keystore and --password-file, with --signer-url and --address, or with WARIFU_ADMIN_KEY",
  );
}

/** An amount of ether in decimals; comes out in wei. */
function ether(text: string): bigint {
  if (!/^[0-9]{1,9}(?:\.[0-9]{1,18})?$/.test(text)) throw new InvalidArgumentError("It is an amount such as 0.5.");
  return parseEther(text);
}
