/** All that can be measured, in the order in which it runs. */
import type { Measure } from "./measure.ts";
import { audit } from "./measures/audit.ts";
import { concealed, ingest, keyed } from "./measures/batches.ts";
import { besideBatches } from "./measures/beside-batches.ts";
import { chainIndex } from "./measures/chain-index.ts";
import { fairness } from "./measures/fairness.ts";
import { fees } from "./measures/fees.ts";
import { finalityByConfirmations, finalityByTag } from "./measures/finality.ts";
import { gas, gasPerRecord } from "./measures/gas.ts";
import { large } from "./measures/large.ts";
import { lists } from "./measures/lists.ts";
import { peers } from "./measures/peers.ts";
import { proofSize } from "./measures/proof-size.ts";
import { proofs } from "./measures/proofs.ts";
import { sharing } from "./measures/sharing.ts";
import { signed } from "./measures/signed.ts";
import { sampledAudit } from "./measures/sampled-audit.ts";
import { singles } from "./measures/singles.ts";
import { slowDisk } from "./measures/slow-disk.ts";

export const MEASURES: readonly Measure[] = [
  ...[ingest, keyed, concealed, singles, besideBatches, slowDisk, proofs, signed, audit, fairness],
  ...[gas, gasPerRecord, chainIndex, large, lists, fees, proofSize, peers, sharing],
  ...[sampledAudit, finalityByTag, finalityByConfirmations],
];
