/** What a measure is: a name, the whole numbers that it takes, and what it finds out. One file of measures/ each. */

/** A whole number that a measure takes. */
export interface Parameter {
  readonly what: string;
  readonly usual: number;
  /** In place of `usual` with `--quick`. */
  readonly quick?: number;
  readonly least: number;
  readonly most: number;
}

/** Values of a measure's parameters. */
export type Values<Name extends string = string> = Readonly<Record<Name, number>>;

/** What was measured. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

/** Something that can be measured. */
export interface Measure {
  readonly name: string;
  readonly title: string;
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** Runs only when it is asked for by name. */
  readonly isExtra?: boolean;
  /** The same parameters give the same figures to the digit, on every machine. */
  readonly isExact?: boolean;
  /** Several figures of one name count as several runs: of what happens often within one. */
  run(values: Values): Promise<readonly Figure[]>;
}

/** Makes a measure whose `run` knows the names of its parameters. */
export function measure<Name extends string>(
  declared: Omit<Measure, "parameters" | "run"> & {
    readonly parameters: Readonly<Record<Name, Parameter>>;
    run(values: Values<Name>): Promise<readonly Figure[]>;
  },
): Measure {
  return declared;
}

export function figure(name: string, value: number, unit = ""): Figure {
  return { name, value, unit };
}

/** Of the workload: the same seed gives the same payloads, byte by byte. */
export const SEED: Parameter = { what: "seed of the workload", usual: 1, least: 0, most: 2 ** 32 - 1 };

export const BATCH: Parameter = { what: "records in a batch", usual: 2_000, least: 1, most: 10_000 };

export function connections(usual: number): Parameter {
  return { what: "connections at a time", usual, least: 1, most: 256 };
}

export function records(usual: number, quick: number): Parameter {
  return { what: "records sent", usual, quick, least: 1, most: 1_000_000_000 };
}
