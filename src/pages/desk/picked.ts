/**
 * What an officer picked in one view for the next: records, and whose they are. It stays in the memory of the page: which
 * records are one person's must not be read from an address or a history.
 */
import { signal } from "@preact/signals";

/** Records, the person and the request that they belong to. */
export interface Picked {
  readonly records: readonly string[];
  readonly subject?: string | undefined;
  readonly request?: string | undefined;
}

/** What is picked at present. */
export const picked = signal<Picked>({ records: [] });
