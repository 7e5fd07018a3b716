// The rights of the people in a log of its own, under one of the laws that come with the program, at a time that the test
// moves.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { JsonObject } from "../../../src/core/json.ts";
import type { Law } from "../../../src/privacy/law.ts";
import { Restrictions } from "../../../src/privacy/restrictions.ts";
import { Rights } from "../../../src/privacy/rights.ts";
import { WayOut } from "../../../src/privacy/way-out.ts";
import { lawsOf } from "../../support/laws.ts";
import { openLedger, type TestLedger } from "../../support/ledger.ts";

const ROOT = join(import.meta.dirname, "../../..");

/** The law of a jurisdiction. */
export function lawOf(jurisdiction: string): Law {
  return lawsOf(jurisdiction).law;
}

/** A notice that comes with the program as an example. */
export function exampleNotice(language: "es" | "ja"): JsonObject {
  return JSON.parse(readFileSync(join(ROOT, `examples/privacy/notice-${language}.json`), "utf8")) as JsonObject;
}

/** A log with rights. */
export interface TestRights {
  readonly ledger: TestLedger;
  readonly rights: Rights;
  /** POSIX milliseconds. */
  readonly now: () => number;
  /** Sets the clock. */
  setTime(time: string): void;
  /** Ends the process and starts another one over the same folder. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Opens one. */
export async function openRights(jurisdiction = "eu", time = "2026-11-28T09:00:00Z"): Promise<TestRights> {
  let ms = Date.parse(time);
  const now = (): number => ms;
  const law = lawOf(jurisdiction);
  let ledger = await openLedger({ now });
  const rightsOf = (): Rights => {
    const restrictions = new Restrictions(ledger.log, law);
    const strip = async (bytes: Uint8Array) => ({ bytes, type: "image/webp" });
    return new Rights({ ...ledger.log, now, restrictions, wayOut: new WayOut({ ...ledger.log, now }), strip }, law);
  };
  let rights = rightsOf();
  return {
    get ledger() {
      return ledger;
    },
    get rights() {
      return rights;
    },
    now,
    setTime(other) {
      ms = Date.parse(other);
    },
    async restart() {
      await ledger.close();
      ledger = await openLedger({ folder: ledger.folder, now });
      rights = rightsOf();
    },
    close: () => ledger.close(),
  };
}
