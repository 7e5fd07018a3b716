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
import { frame } from "./texts/frame/en.ts";
import { contractTexts, type ContractTexts } from "./texts/contract/en.ts";
import type { CommonOptions } from "./verb.ts";
import { padded, widest } from "./width.ts";

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

/** Columns of a label, as scripts know them. */
const NARROWEST = 12;

const WAIT_SECONDS = 180;

/** Where a change was included, in words. */
export function whereOf({ included }: ContractChanged): string {
  return included === null
    ? contractTexts().nothingSent
    : contractTexts().included(included.transactionHash, included.blockNumber);
}

/** A line of what is known of a contract. */
export function lineOf(label: keyof ContractTexts["labels"], value: string): string {
  const { labels } = contractTexts();
  return `${padded(labels[label], Math.max(NARROWEST, widest(Object.values(labels)) + 2))}${value}`;
}

/** A change for programs. */
export function documentOf({ state, included }: ContractChanged): object {
  return { ...state, changed: included !== null, transaction: included };
}

/** Options that say which contract. */
export function withPlace(command: Command): Command {
  return withChain(command)
    .option("--contract <address>", contractTexts().options.contract, account)
    .option("--json", frame().json);
}

/** Options that say which contract and whose key. */
export function withAuthor(command: Command): Command {
  return withKey(withPlace(command));
}

/** Options that say which chain and whose key, for a contract that does not exist yet. */
export function withDeployer(command: Command): Command {
  return withKey(withChain(command).option("--json", frame().json));
}

function withChain(command: Command): Command {
  return command.option("--rpc <url>", contractTexts().options.rpc, address);
}

function withKey(command: Command): Command {
  return command
    .option("--keystore <file>", contractTexts().options.keystore)
    .option("--password-file <file>", contractTexts().options.passwordFile)
    .option("--signer-url <url>", contractTexts().options.signerUrl, address)
    .option("--address <address>", contractTexts().options.address, account)
    .option("--max-cost <ether>", contractTexts().options.maxCost, ether)
    .option("--wait <seconds>", contractTexts().options.wait, seconds, WAIT_SECONDS);
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
  if (!/^[0-9]{1,9}(?:\.[0-9]{1,18})?$/.test(text)) throw new InvalidArgumentError(contractTexts().options.ether);
  return parseEther(text);
}
