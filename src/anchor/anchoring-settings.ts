/** What the settings say about anchoring. */
import type { SpendingCaps } from "./fees.ts";

/** See `.env.example`. */
export interface AnchoringSettings {
  readonly everyRecords: number;
  readonly everyMs: number;
  /** The time between anchors is extended by up to this share. */
  readonly jitter: number;
  /** How long an anchor may be in the pool before it is replaced by one that offers more. */
  readonly bumpAfterMs: number;
  /** Wei. */
  readonly spending: SpendingCaps;
  /** Wei. */
  readonly minBalance: bigint;
  readonly pollMs: number;
  readonly maxLagMs: number;
  /** For chains that are not local. */
  readonly maxHeadAgeMs: number;
  /** For chains that are not local. */
  readonly maxFinalityAgeMs: number;
}

/** The settings by their names. */
interface NamedSettings {
  readonly WARIFU_ANCHOR_RECORDS: number;
  readonly WARIFU_ANCHOR_SECONDS: number;
  readonly WARIFU_ANCHOR_JITTER: number;
  readonly WARIFU_ANCHOR_BUMP_SECONDS: number;
  readonly WARIFU_MAX_ANCHOR_COST: bigint;
  readonly WARIFU_MAX_DAILY_COST: bigint;
  readonly WARIFU_MIN_BALANCE: bigint;
  readonly WARIFU_CHAIN_POLL_SECONDS: number;
  readonly WARIFU_MAX_HEAD_AGE_SECONDS: number;
  readonly WARIFU_MAX_FINALITY_AGE_SECONDS: number;
  readonly WARIFU_MAX_ANCHOR_LAG_SECONDS: number;
}

export function anchoringSettingsIn(s: NamedSettings): AnchoringSettings {
  return {
    everyRecords: s.WARIFU_ANCHOR_RECORDS,
    everyMs: s.WARIFU_ANCHOR_SECONDS * 1000,
    jitter: s.WARIFU_ANCHOR_JITTER,
    bumpAfterMs: s.WARIFU_ANCHOR_BUMP_SECONDS * 1000,
    spending: { perAnchor: s.WARIFU_MAX_ANCHOR_COST, perDay: s.WARIFU_MAX_DAILY_COST },
    minBalance: s.WARIFU_MIN_BALANCE,
    pollMs: s.WARIFU_CHAIN_POLL_SECONDS * 1000,
    maxHeadAgeMs: s.WARIFU_MAX_HEAD_AGE_SECONDS * 1000,
    maxFinalityAgeMs: s.WARIFU_MAX_FINALITY_AGE_SECONDS * 1000,
    maxLagMs: s.WARIFU_MAX_ANCHOR_LAG_SECONDS * 1000,
  };
}
