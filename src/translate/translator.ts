/** What translates. Behind it is a program on this machine, a service over HTTP, or nothing. */

/** A language into another: first parts of language tags, such as `es` and `ja`. */
export interface Pair {
  readonly from: string;
  readonly to: string;
}

/** What came out, one text for each that went in. */
export interface Translated {
  readonly texts: readonly string[];
  /** Which program, and its version. */
  readonly tool: string;
  readonly version: string;
  /** SHA-256 of each model that it took, hexadecimal; absent if it does not say. */
  readonly models?: readonly string[];
}

/** One provider. */
export interface Translator {
  /** The texts leave the city: name of a recipient in its register. */
  readonly recipient?: string | undefined;
  offers(pair: Pair): boolean;
  /**
   * Translates texts for a pair that it offers. What it answers is checked by whoever asks (absurd.ts).
   * @throws SERVICE_UNREACHABLE it does not answer, or not in time, or not in its form; BUSY; CONFIG_INVALID a model is not
   *   the one that was named
   */
  translate(texts: readonly string[], pair: Pair): Promise<Translated>;
  close(): Promise<void>;
}

/** The pair as text, `es-ja`. */
export function pairName({ from, to }: Pair): string {
  return `${from}-${to}`;
}
