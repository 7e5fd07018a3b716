/**
 * Values of options, read strictly. What is not one is wrong use, said in the words of the option.
 */
import { InvalidArgumentError } from "commander";

/** A whole number from 1 up to `most`. */
export function wholeNumber(most: number): (text: string) => number {
  return (text) => {
    const value = /^[1-9][0-9]{0,15}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value <= most)) throw new InvalidArgumentError(`It is a whole number from 1 to ${most}.`);
    return value;
  };
}

/** Seconds, with a fraction or without; at most a day. */
export function seconds(text: string): number {
  const value = /^[0-9]{1,6}(?:\.[0-9]{1,3})?$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= 86_400)) throw new InvalidArgumentError("It is a number of seconds up to 86400.");
  return value;
}

/** Collects hashes of blocks. */
export function blockHashes(text: string, before: readonly string[] = []): string[] {
  if (!/^0x[0-9a-fA-F]{64}$/.test(text)) throw new InvalidArgumentError("It is 0x and 64 hexadecimal digits.");
  return [...before, text.toLowerCase()];
}

/** Collects http or https addresses. */
export function addresses(text: string, before: readonly string[] = []): string[] {
  return [...before, address(text)];
}

/** One http or https address. */
export function address(text: string): string {
  if (!/^https?:$/.test(URL.parse(text)?.protocol ?? ""))
    throw new InvalidArgumentError("It is an http or https address.");
  return text;
}
