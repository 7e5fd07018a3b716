/**
 * What sources send at present, for whoever watches gateways. Only sources that the log knows are named; everything sent
 * under other names is counted together.
 */
import type { EventRegister } from "../events/register.ts";
import type { LogStore } from "../store/log-store.ts";
import { SPANS, type SourceTraffic, type TrafficWatch } from "../write/source-traffic.ts";

/** The traffic, and the first sources of the list. */
export interface Traffic {
  /** Since when it is counted, POSIX seconds. */
  readonly since: number;
  /** For all sources together. */
  readonly total: Pick<SourceTraffic, "counts" | "recent"> & { readonly sources: number };
  readonly sources: readonly SourceTraffic[];
}

export interface TrafficParts {
  readonly traffic: Pick<TrafficWatch, "all" | "since">;
  readonly store: Pick<LogStore, "numbering">;
  readonly events: Pick<EventRegister, "sources">;
}

/** Which sources are wanted: a number of them, or a single one. */
export interface TrafficQuery {
  readonly limit: number;
  readonly source?: string | undefined;
}

/** First the sources with trouble, then those that were active last. @throws STORE_FAILED */
export async function readTraffic(
  { traffic, store, events }: TrafficParts,
  { limit, source }: TrafficQuery,
): Promise<Traffic> {
  const all = traffic.all();
  const sources: SourceTraffic[] = [];
  for (const one of all) {
    if (sources.length === limit) break;
    if (one.name !== (source ?? one.name)) continue;
    const isKnown = one.counts.new > 0 || events.sources.of(one.name).registeredAt !== undefined;
    if (isKnown || (await store.numbering(one.name)) !== undefined) sources.push(one);
  }
  return { since: traffic.since, total: totalOf(all), sources };
}

function totalOf(all: readonly SourceTraffic[]): Traffic["total"] {
  const sum = (of: (one: SourceTraffic) => number): number => all.reduce((total, one) => total + of(one), 0);
  return {
    sources: all.length,
    counts: {
      new: sum(({ counts }) => counts.new),
      repeated: sum(({ counts }) => counts.repeated),
      refused: sum(({ counts }) => counts.refused),
    },
    recent: Array.from({ length: SPANS }, (_, at) => sum(({ recent }) => recent[at] ?? 0)),
  };
}
