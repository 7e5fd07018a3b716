/** The block that an anchor is in and, after a reorg, the ones that it was in before: taken out of the chain, struck out here. */
import { numberInWords, shortTimeOf } from "../texts/formats.ts";
import { textsIn } from "../texts/language.ts";
import type { Anchor } from "./api.ts";
import { EXPLORER } from "./texts/explorer.ts";

export function BlockCourse({ anchor }: { readonly anchor: Anchor }) {
  const { anchors: texts } = textsIn(EXPLORER);
  const { blockNumber, blockHash, leftBlocks } = anchor;
  if (leftBlocks.length === 0) return <>{blockNumber === null ? "–" : numberInWords(blockNumber)}</>;
  return (
    <ol class="block-course">
      {leftBlocks.map(({ blockNumber: number, blockHash: hash, leftAt }) => (
        <li key={hash}>
          <s>
            <Block number={number} hash={hash} />
          </s>
          <span class="quiet">{texts.leftAt(shortTimeOf(Date.parse(leftAt) / 1_000))}</span>
        </li>
      ))}
      <li>
        {blockNumber === null || blockHash === null ? texts.noneYet : <Block number={blockNumber} hash={blockHash} />}
      </li>
    </ol>
  );
}

/** Two blocks may have one number, so its hash stands beside it. */
function Block({ number, hash }: { readonly number: number; readonly hash: string }) {
  return (
    <>
      {numberInWords(number)} <code title={hash}>{hash.slice(0, 10)}…</code>
    </>
  );
}
