/**
 * What the bench sends: records as gateways and apps would send them. There are two shapes: a sensor reading with six public
 * claims, and a citizen report with four concealed claims.
 */

/** A shape of record. */
export type Shape = "public" | "concealed";

const SOURCES = 50;

/** NDJSON of `count` records, numbered from `first`. With `keyed`, each has an idempotency key, in rising order. */
export function batchOf(shape: Shape, first: number, count: number, keyed = false): string {
  const lines: string[] = [];
  for (let n = first; n < first + count; n++) lines.push(recordOf(shape, n, keyed));
  return `${lines.join("\n")}\n`;
}

/** JSON of one record. */
export function recordOf(shape: Shape, n: number, keyed = false): string {
  const key = keyed ? { key: `bench-${String(n).padStart(12, "0")}` } : {};
  return JSON.stringify(shape === "public" ? { ...key, ...reading(n) } : { ...key, ...report(n) });
}

function reading(n: number): object {
  return {
    type: "sensor-reading",
    source: `bench/env-${n % SOURCES}`,
    claims: {
      observedAt: new Date(1_767_225_600_000 + n * 1000).toISOString(),
      temperature: 10 + (n % 250) / 10,
      noise: 40 + (n % 400) / 10,
      battery: n % 101,
      latitude: 43.46 + (n % 1000) / 100_000,
      longitude: -3.8 - (n % 1000) / 100_000,
    },
  };
}

function report(n: number): object {
  return {
    type: "citizen-report",
    source: `bench/app-${n % SOURCES}`,
    claims: {
      category: "pothole",
      area: `cell-${n % 97}`,
      text: `Report number ${n}: a hole in the road in front of the market, about a hand deep.`,
      latitude: 43.46 + (n % 1000) / 100_000,
      longitude: -3.8 - (n % 1000) / 100_000,
      reporterEmail: `reporter-${n}@example.org`,
    },
  };
}
