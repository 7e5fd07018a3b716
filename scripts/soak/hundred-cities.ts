/**
 * A simulation of many cities for a year, hour by hour, each with a log of its own on a machine of its own. What a record, an
 * anchor and an audit cost was measured, on one log; how cities differ, when they send and when something happens there is
 * drawn from a seed. It says when which limit is reached. Pure: the same seed gives the same figures on every machine.
 */
import { Chance } from "../../test/support/chance.ts";

/** What was measured, and what the machines have. */
export interface Inputs {
  readonly cities: number;
  readonly recordsPerDay: number;
  readonly days: number;
  /** Records a second that one service takes in batches. */
  readonly recordsPerSecond: number;
  /** Records that wait in its queue before it answers BUSY. */
  readonly queue: number;
  readonly bytesPerRecord: number;
  readonly diskBytes: number;
  readonly gasPerAnchor: number;
  readonly anchorSeconds: number;
  /** Of the one chain that all cities anchor in. */
  readonly gasPerBlock: number;
  readonly blockSeconds: number;
  /** Leaves a second that one auditor checks. */
  readonly auditedPerSecond: number;
}

/** The plan of docs/scale.md; a test compares the two. */
export const PLAN: Inputs = {
  ...{ cities: 100, recordsPerDay: 1_000_000_000, days: 365 },
  ...{ recordsPerSecond: 40_219, queue: 65_536, bytesPerRecord: 503, diskBytes: 4e12 },
  ...{ gasPerAnchor: 52_001, anchorSeconds: 60, gasPerBlock: 36_000_000, blockSeconds: 12 },
  auditedPerSecond: 79_638,
};

/** What a year brought. */
export interface Outcome {
  /** Of all records, that of the largest city. */
  readonly largestShare: number;
  /** Records a second in the worst hour of any city, and as a share of what a service takes. */
  readonly peakPerSecond: number;
  readonly peakShare: number;
  /** Hours, of all cities together, in which more came than a service takes. */
  readonly fullHours: number;
  /** The longest that a sender had to hold records back, in minutes. */
  readonly longestWaitMinutes: number;
  /** The day on which the first disk is full, and that of the median city; `undefined`: not in that year. */
  readonly firstDiskFull: number | undefined;
  readonly medianDiskFull: number | undefined;
  /** Of the chain's gas, what the anchors of all cities use. */
  readonly chainShare: number;
  /** Auditors that are busy all day with all cities, and the hours that the largest city's busiest day takes one. */
  readonly auditors: number;
  readonly longestAuditHours: number;
}

interface City {
  readonly share: number;
  /** Hours ahead of UTC. */
  readonly zone: number;
  readonly chance: Chance;
}

const HOUR_S = 3_600;
/** One day in so many, something happens in a city: for one hour, ten times as much is sent. */
const [DAYS_BETWEEN_EVENTS, EVENT_FACTOR] = [30, 10];

/** Simulates. */
export function simulateCities(inputs: Inputs, seed: number): Outcome {
  const cities = citiesOf(inputs.cities, new Chance(seed, "cities"));
  const years = cities.map((city) => yearOf(city, inputs));
  const full = years.map(({ diskFull }) => diskFull ?? Infinity).toSorted((a, b) => a - b);
  const dayOrNone = (day: number | undefined): number | undefined => (Number.isFinite(day) ? day : undefined);
  const peakPerSecond = Math.max(...years.map(({ peak }) => peak));
  const gasPerSecond = (inputs.cities * inputs.gasPerAnchor) / inputs.anchorSeconds;
  return {
    largestShare: Math.max(...cities.map(({ share }) => share)),
    peakPerSecond,
    peakShare: peakPerSecond / inputs.recordsPerSecond,
    fullHours: years.reduce((sum, { fullHours }) => sum + fullHours, 0),
    longestWaitMinutes: Math.max(...years.map(({ wait }) => wait)) / 60,
    firstDiskFull: dayOrNone(full[0]),
    medianDiskFull: dayOrNone(full[Math.floor(full.length / 2)]),
    chainShare: gasPerSecond / (inputs.gasPerBlock / inputs.blockSeconds),
    auditors: inputs.recordsPerDay / inputs.auditedPerSecond / (24 * HOUR_S),
    longestAuditHours: Math.max(...years.map(({ busiestDay }) => busiestDay)) / inputs.auditedPerSecond / HOUR_S,
  };
}

/** Sizes as those of cities are: the second has half of what the first has, the third a third (Zipf). */
function citiesOf(count: number, chance: Chance): City[] {
  const weights = Array.from({ length: count }, (_, rank) => 1 / (rank + 1));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight, rank) => ({
    share: weight / sum,
    zone: chance.whole(0, 23),
    chance: chance.fork(`city ${rank}`),
  }));
}

interface Year {
  readonly peak: number;
  readonly fullHours: number;
  /** Seconds until what waited was taken. */
  readonly wait: number;
  readonly diskFull: number | undefined;
  readonly busiestDay: number;
}

function yearOf({ share, zone, chance }: City, inputs: Inputs): Year {
  const average = (share * inputs.recordsPerDay) / 24;
  const capacity = inputs.recordsPerSecond * HOUR_S;
  let [stored, waiting, peak, fullHours, wait, busiestDay] = [0, 0, 0, 0, 0, 0];
  let diskFull: number | undefined;
  for (let day = 1; day <= inputs.days; day++) {
    const eventHour = chance.happens(1 / DAYS_BETWEEN_EVENTS) ? chance.whole(0, 23) : -1;
    let today = 0;
    for (let hour = 0; hour < 24; hour++) {
      const sent =
        average * hourFactor(hour + zone) * chance.between(0.8, 1.2) * (hour === eventHour ? EVENT_FACTOR : 1);
      const taken = Math.min(capacity, waiting + sent);
      waiting += sent - taken;
      peak = Math.max(peak, sent / HOUR_S);
      if (sent > capacity) fullHours++;
      // What fits into the queue is answered later; the rest is with its senders, who try again.
      wait = Math.max(wait, Math.max(0, waiting - inputs.queue) / inputs.recordsPerSecond);
      today += taken;
    }
    stored += today * inputs.bytesPerRecord;
    busiestDay = Math.max(busiestDay, today);
    if (diskFull === undefined && stored >= inputs.diskBytes) diskFull = day;
  }
  return { peak, fullHours, wait, diskFull, busiestDay };
}

/** How much is sent at an hour of the day, 1 on average: least before dawn, most in the afternoon. */
function hourFactor(hour: number): number {
  return 1 - 0.7 * Math.cos(((hour - 3) * Math.PI) / 12);
}
