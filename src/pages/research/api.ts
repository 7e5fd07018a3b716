/** What the researcher's page asks the service: the public API, like everybody. */
import type { AnchorFigures } from "../../core/anchor-csv.ts";

/** What a citation names. */
export interface CitedLog {
  readonly origin: string;
  readonly vkey: string;
  readonly chainId: number;
  readonly contract: string;
  readonly treeSize: number;
  readonly rootHash: string;
}

/** The most that one answer holds. */
const PAGE = 1_000;

interface Page {
  readonly items: readonly AnchorFigures[];
  readonly nextCursor: string | null;
}

/** The state of the log; `undefined` when the service does not answer. */
export function askStatus(): Promise<CitedLog | undefined> {
  return ask("/v1/status");
}

/** The newest anchors, as many as one answer holds. */
export async function newestAnchors(): Promise<readonly AnchorFigures[] | undefined> {
  return (await ask<Page>(`/v1/anchors?limit=${PAGE}`))?.items;
}

/** All anchors, the newest first; `undefined` when the service stops answering. */
export async function allAnchors(): Promise<readonly AnchorFigures[] | undefined> {
  const all: AnchorFigures[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const page: Page | undefined = await ask(`/v1/anchors?limit=${PAGE}${cursor === "" ? "" : `&cursor=${cursor}`}`);
    if (page === undefined) return undefined;
    all.push(...page.items);
    cursor = page.nextCursor;
  }
  return all;
}

async function ask<T>(path: string): Promise<T | undefined> {
  try {
    const response = await fetch(path, { headers: { accept: "application/json" } });
    return response.ok ? ((await response.json()) as T) : undefined;
  } catch {
    return undefined;
  }
}
