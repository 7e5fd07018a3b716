// After a fault: an ordinary start, the same records again by their keys, and the audit.

import { expect } from "chai";

import type { Acknowledgement } from "../../../src/write/outcome.ts";
import { expectClean, openLedger } from "../../support/ledger.ts";
import { recordsOf } from "./numbered-records.ts";

/** The acknowledgements in a child's lines, by record number. */
export function acksIn(lines: readonly string[]): Map<number, Acknowledgement> {
  const acks = lines.filter((line) => line.startsWith("ack "));
  return new Map(acks.map((line) => JSON.parse(line.slice("ack ".length)) as [number, Acknowledgement]));
}

/** As {@link resend}, and then the audit. */
export async function resume(
  folder: string,
  from: number,
  to: number,
  acks: ReadonlyMap<number, Acknowledgement>,
): Promise<void> {
  await resend(folder, from, to, acks);
  await expectClean(folder);
}

/** Every acknowledged record is there as it was acknowledged, and every record of the range is there once. */
export async function resend(
  folder: string,
  from: number,
  to: number,
  acks: ReadonlyMap<number, Acknowledgement>,
): Promise<void> {
  const ledger = await openLedger({ folder });
  try {
    const outcomes = await ledger.pipeline.submit(recordsOf(from, to));
    for (const [i, outcome] of outcomes.entries()) {
      if (!outcome.ok) throw outcome.error;
      const first = acks.get(from + i);
      if (!first) continue;
      expect(outcome.isNew, `record ${from + i} was acknowledged, and is gone`).to.equal(false);
      expect(outcome.acknowledgement).to.deep.equal(first);
    }
    expect(ledger.log.tree.publishedSize).to.equal(2 + to);
  } finally {
    await ledger.close();
  }
}
