/** Example answers of what everybody may watch, for the OpenAPI document: of the same log as in examples.ts. */

const RECORD_ID = "01a20244-e975-7658-8309-94100ee9b9e5";

/** By the kind of answer. */
export const WATCHING_EXAMPLES = {
  cosignedPage: {
    items: [
      {
        anchorId: 1,
        treeSize: 4,
        cosignatures: [{ witness: "witness.example/w1", at: 1_795_334_402 }],
        madeAt: 1_795_334_400,
      },
    ],
    nextCursor: null,
  },
  places: {
    gridDegrees: 0.005,
    squares: [
      {
        south: 43.46,
        west: -3.8,
        records: 2,
        types: { "sensor-reading": 2 },
        newest: { id: RECORD_ID, at: 1_795_334_400 },
      },
    ],
    areas: [
      { area: "centro", records: 1, types: { "citizen-report": 1 }, newest: { id: RECORD_ID, at: 1_795_334_400 } },
    ],
    looked: 4,
    nextCursor: null,
  },
  rights: {
    requests: { open: 1, overdue: 0, done: 3, refused: 1, late: 0, medianSeconds: 432_000 },
    events: [
      {
        what: "request",
        words: ["done", "erase"],
        count: 2,
        lastAt: 1_795_334_400,
        months: [{ month: "2026-11", entered: 2 }],
      },
      { what: "erasure", words: [], count: 5, lastAt: 1_795_334_400, months: [{ month: "2026-11", entered: 5 }] },
    ],
  },
  traffic: {
    since: 1_795_330_000,
    spanSeconds: 300,
    total: {
      sources: 1,
      counts: { new: 41, repeated: 2, refused: 1 },
      recent: [0, 0, 0, 0, 0, 0, 4, 10, 10, 10, 5, 2],
    },
    keysRefused: { unauthenticated: 3, forbidden: 0, foreign: 0 },
    sources: [
      {
        ...{ name: "santander/env-419", lastAt: 1_795_334_400, lastRefusedAt: 1_795_334_100 },
        ...{ counts: { new: 41, repeated: 2, refused: 1 }, refusals: { CLAIMS_INVALID: 1 } },
        recent: [0, 0, 0, 0, 0, 0, 4, 10, 10, 10, 5, 2],
        jumps: [{ from: 17, to: 18, at: 1_795_334_000 }],
      },
    ],
  },
} as const;
