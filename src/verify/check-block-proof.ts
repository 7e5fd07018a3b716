/**
 * Checks proofs of OpenTimestamps against the headers of Bitcoin blocks that a policy names. Nobody is asked: whoever named
 * the blocks had to find out whether they are on Bitcoin's chain.
 */
import { readBitcoinHeader, type BitcoinBlock } from "../core/bitcoin-header.ts";
import type { BlockProof } from "../core/bundle.ts";
import { equalBytes, fromBase64 } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import { attestationsIn } from "../core/open-timestamps.ts";
import type { BlockTime } from "./verdict.ts";

/** What a proof shows under a policy. */
export interface ShownBlocks {
  /** The earliest of the policy's blocks that commits to the bytes. */
  readonly shown: BlockTime | undefined;
  /** Height of the lowest block that the proof leads to, whether or not the policy names it; `null` while there is none. */
  readonly bitcoinBlock: number | null;
}

/**
 * Checks a proof about `stamped`.
 * @throws TIMESTAMP_INVALID it is about something else, or does not lead to the block that it names; ENCODING_INVALID
 */
export function checkBlockProof(
  { opentimestamps }: BlockProof,
  stamped: Uint8Array,
  blocks: readonly BitcoinBlock[],
): ShownBlocks {
  const times: BlockTime[] = [];
  const heights: number[] = [];
  for (const { message, bitcoinBlock } of attestationsIn(fromBase64(opentimestamps, "OpenTimestamps proof"), stamped)) {
    if (message === undefined || bitcoinBlock === undefined) continue;
    heights.push(bitcoinBlock);
    for (const { height, header } of blocks)
      if (height === bitcoinBlock) times.push({ bitcoinBlock, time: timeOf(header, message, height) });
  }
  times.sort((a, b) => a.time - b.time);
  return { shown: times[0], bitcoinBlock: heights.length === 0 ? null : Math.min(...heights) };
}

function timeOf(header: string, root: Uint8Array, height: number): number {
  const { merkleRoot, time } = readBitcoinHeader(header);
  if (!equalBytes(merkleRoot, root))
    throw new WarifuError("TIMESTAMP_INVALID", `the OpenTimestamps proof does not lead to Bitcoin block ${height}`);
  return time;
}
