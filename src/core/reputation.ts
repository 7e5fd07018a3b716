/**
 * What the public log alone says about a source: how complete, punctual, signed and consistent its newest records are.
 * Anybody can recompute it from the entries and their bodies (docs/formats.md, section 19).
 */

/** How many of a source's numbers count: the last ones up to its highest, since its numbering was last repaired. */
export const REPUTATION_WINDOW = 256;
/**
 * A record that arrives later than this after its stated observation is late; one that arrives before it has a wrong clock.
 */
export const LATE_AFTER_SECONDS = 3_600;

const WEIGHTS = { complete: 4, punctual: 2, signed: 2, consistent: 2, trusted: 2 } as const;

/** A record of the window, as far as its body tells. */
export interface SeenRecord {
  /** POSIX seconds. */
  readonly receivedAt: number;
  /** POSIX seconds; `undefined` without a public claim `observedAt`. */
  readonly observedAt: number | undefined;
  /** `undefined` where the body does not say. */
  readonly isSigned: boolean | undefined;
}

/** Shares are from 0 to 1, rounded to thousandths; `null` where no record says anything. */
export interface Reputation {
  /** Both ends included. */
  readonly window: readonly [from: number, to: number];
  /** Numbers of the window that the log has. */
  readonly complete: number;
  /** Share of the records that state when they were observed which arrived then, or soon after. */
  readonly punctual: number | null;
  /** Share of the records that state that the source signed; the signatures are not verified here. */
  readonly signed: number | null;
  /** 1 / (1 + conflicts under numbers of the window). */
  readonly consistent: number;
  /** Share of the auditors who reviewed it whose newest review finds it sound. */
  readonly trusted: number | null;
  /** 0 to 100: the mean of what is known, with weights 4, 2, 2, 2 and 2. */
  readonly score: number;
}

/**
 * The reputation computed from the records of a window.
 * @param present how many of its numbers the log has
 * @param records those of them whose bodies are available
 * @param reviews for each auditor who reviewed the source, whether it was found sound
 */
export function reputationOf(
  window: Reputation["window"],
  present: number,
  records: readonly SeenRecord[],
  conflicts: number,
  reviews: readonly boolean[],
): Reputation {
  const [from, to] = window;
  const shares = {
    complete: rounded(present / (to - from + 1)),
    punctual: share(records.map(isPunctual)),
    signed: share(records.map(({ isSigned }) => isSigned)),
    consistent: rounded(1 / (1 + conflicts)),
    trusted: share(reviews),
  };
  return { window, ...shares, score: scoreOf(shares) };
}

function isPunctual({ receivedAt, observedAt }: SeenRecord): boolean | undefined {
  return observedAt === undefined ? undefined : Math.abs(receivedAt - observedAt) <= LATE_AFTER_SECONDS;
}

function share(answers: readonly (boolean | undefined)[]): number | null {
  const known = answers.filter((answer) => answer !== undefined);
  return known.length === 0 ? null : rounded(known.filter(Boolean).length / known.length);
}

function scoreOf(shares: Readonly<Record<keyof typeof WEIGHTS, number | null>>): number {
  const known = Object.entries(WEIGHTS).flatMap(([name, weight]) => {
    const value = shares[name as keyof typeof WEIGHTS];
    return value === null ? [] : [[weight, value] as const];
  });
  const total = known.reduce((sum, [weight]) => sum + weight, 0);
  return Math.round((100 * known.reduce((sum, [weight, value]) => sum + weight * value, 0)) / total);
}

function rounded(number: number): number {
  return Math.round(number * 1_000) / 1_000;
}
