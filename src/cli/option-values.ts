/**
 * Values of options, read strictly. An invalid value is wrong use, reported in the terms of the option.
 */
import { InvalidArgumentError } from "commander";
import { lowerCaseAddress } from "../core/address.ts";
import { readBitcoinHeader, type BitcoinBlock } from "../core/bitcoin-header.ts";
import { SOURCE_NAME } from "../core/record.ts";
import { encodingLabel } from "../sources/encoding.ts";
import { frame } from "./texts/frame/en.ts";

/** A whole number from 1 up to `most`. */
export function wholeNumber(most: number): (text: string) => number {
  return (text) => {
    const value = /^[1-9][0-9]{0,15}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value <= most)) throw new InvalidArgumentError(frame().values.wholeNumber(most));
    return value;
  };
}

/** Seconds, with a fraction or without; at most a day. */
export function seconds(text: string): number {
  const value = /^[0-9]{1,6}(?:\.[0-9]{1,3})?$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= 86_400)) throw new InvalidArgumentError(frame().values.seconds);
  return value;
}

/** Collects the values of an option that may be given several times. */
export function repeated(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

/** Collects hashes of blocks. */
export function blockHashes(text: string, before: readonly string[] = []): string[] {
  if (!/^0x[0-9a-fA-F]{64}$/.test(text)) throw new InvalidArgumentError(frame().values.blockHash);
  return [...before, text.toLowerCase()];
}

/** Collects Bitcoin blocks, each its height, a colon and its header in hexadecimal. */
export function bitcoinBlocks(text: string, before: readonly BitcoinBlock[] = []): BitcoinBlock[] {
  const [, height, header] = /^(0|[1-9][0-9]{0,8}):([0-9a-f]{160})$/.exec(text.toLowerCase()) ?? [];
  if (height === undefined || header === undefined) throw new InvalidArgumentError(frame().values.bitcoinHeader);
  if (!isMined(header)) throw new InvalidArgumentError(frame().values.bitcoinHeader);
  return [...before, { height: Number(height), header }];
}

function isMined(header: string): boolean {
  try {
    return readBitcoinHeader(header).time > 0;
  } catch {
    return false;
  }
}

/** Collects http or https addresses. */
export function addresses(text: string, before: readonly string[] = []): string[] {
  return [...before, address(text)];
}

/** The name of a source: one that no source can have finds nothing. */
export function sourceName(text: string): string {
  if (!SOURCE_NAME.test(text)) throw new InvalidArgumentError(frame().values.sourceName);
  return text;
}

/** One http or https address. */
export function address(text: string): string {
  if (!/^https?:$/.test(URL.parse(text)?.protocol ?? "")) throw new InvalidArgumentError(frame().values.address);
  return text;
}

/** The address of an account or contract, lower case. In mixed case it carries a checksum, which must be right. */
export function account(text: string): string {
  if (!/^0x[0-9a-fA-F]{40}$/.test(text)) throw new InvalidArgumentError(frame().values.account);
  const address = lowerCaseAddress(text);
  if (address === undefined) throw new InvalidArgumentError(frame().values.checksum);
  return address;
}

/** Number of entries, 0 included. */
export function treeSize(text: string): number {
  return text === "0" ? 0 : wholeNumber(Number.MAX_SAFE_INTEGER)(text);
}

/** A root hash, with or without 0x; comes out without it, in lower case. */
export function rootHash(text: string): string {
  if (!/^(?:0x)?[0-9a-fA-F]{64}$/.test(text)) throw new InvalidArgumentError(frame().values.rootHash);
  return text.replace(/^0x/, "").toLowerCase();
}

/** An encoding that can be read; comes out under the name that the standard gives it. */
export function encoding(text: string): string {
  const label = encodingLabel(text);
  if (label === undefined) throw new InvalidArgumentError(frame().values.encoding);
  return label;
}

/** One character between cells; a tab may be written as `tab`. */
export function delimiter(text: string): string {
  const character = /^(?:tab|\\t)$/i.test(text) ? "\t" : text;
  if (!/^[^"\r\n]$/.test(character)) throw new InvalidArgumentError(frame().values.delimiter);
  return character;
}
