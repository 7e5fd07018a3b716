// E5, E6: guessing what an erased record said. The attacker has the log, the ledger, the vault with its key and everything
// that is left in it, and tries every value there is of what is short: a telephone number, a plate, yes or no.

import { createHash, createHmac, hkdfSync } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { expect } from "chai";

import { parseBody } from "../../src/core/body.ts";
import { toBase64Url } from "../../src/core/bytes.ts";
import { formatSalted, openingDigest, parseOpening } from "../../src/core/opening.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { formatRecordId } from "../../src/core/record-id.ts";
import { pagedRandomBytes } from "../../src/core/random.ts";
import { eraseRecords } from "../../src/privacy/erasure.ts";
import type { StoredEntry } from "../../src/store/log-store.ts";
import { VAULT_FILE } from "../../src/store/sqlite/vault.ts";
import type { Acknowledgement } from "../../src/write/outcome.ts";
import { MASTER_KEY, openLedger, report, type TestLedger } from "../support/ledger.ts";

const PHONE = "612345678";
const CLAIMS = { category: "noise", reporterPhone: PHONE, requestId: "4821-KLM", status: "yes" };
type Guessed = "reporterPhone" | "requestId" | "status";
/** A thousand numbers of a known block, as many plates with known letters, and the whole of yes and no. */
const GUESSES: Readonly<Record<Guessed, readonly string[]>> = {
  reporterPhone: Array.from({ length: 1_000 }, (_, at) => `612345${String(at).padStart(3, "0")}`),
  requestId: Array.from({ length: 1_000 }, (_, at) => `${4_000 + at}-KLM`),
  status: ["yes", "no"],
};

describe("E5: guessing after an erasure", () => {
  let ledger: TestLedger;
  let entry: StoredEntry;
  let victim: number;
  before(async () => {
    ledger = await openLedger();
    const others = Array.from({ length: 8 }, (_, at) =>
      recordWith({ ...CLAIMS, reporterPhone: `71${1_000_000 + at}` }),
    );
    const acks = await ledger.submit([...others.slice(0, 4), recordWith(CLAIMS), ...others.slice(4)]);
    victim = acks[4]!.leafIndex;
    entry = (await ledger.store.entries(victim, victim + 1))[0]!;
    expect(await guess(), "with its openings it is no guess").to.have.all.keys(Object.keys(GUESSES));
    expect(await leavesOfPhones()).to.include(victim);
    await eraseRecords([victim], { basis: "gdpr-17-1-a" }, ledger.log);
  });
  after(() => ledger.close());

  const recordWith = (claims: JsonObject): JsonObject => report(1, { source: "city/app", claims });

  /** Which claims of the record somebody with everything finds out, and what they were. */
  async function guess(
    digests: ReadonlySet<string> = new Set(parseBody(entry.body!).digests),
  ): Promise<Record<string, string>> {
    const salts = [...derivedSalts(entry), ...(await storedSalts(ledger))];
    const found: Record<string, string> = {};
    for (const [name, values] of Object.entries(GUESSES))
      for (const value of values)
        if (attempts(name, value, salts).some((digest) => digests.has(digest))) found[name] = value;
    return found;
  }

  /** The leaves that the vault itself, with its key, says are of one of the numbers. */
  async function leavesOfPhones(): Promise<number[]> {
    const values = GUESSES.reporterPhone.map((value) => ({ claim: "reporterPhone", value }));
    const found = await Promise.all(values.map((value) => ledger.vault.findPerson([value])));
    return found.flatMap(({ leafIndexes }) => leafIndexes);
  }

  it("finds neither telephone, nor plate, nor yes or no, with all keys, salts and rows that are left", async () => {
    expect(await guess()).to.deep.equal({});
    expect(await leavesOfPhones()).to.deep.equal([]);
  });

  it("would find all of them under hashes without a salt", async () => {
    for (const hashed of [(text: string) => text, JSON.stringify]) {
      const hasty = Object.keys(GUESSES).map((name) => hashOf(hashed(CLAIMS[name as Guessed])));
      expect(await guess(new Set(hasty))).to.deep.equal({ reporterPhone: PHONE, requestId: "4821-KLM", status: "yes" });
    }
  });

  it("would find all of them if salts followed from the vault key and what the log says of the record", async () => {
    const salt = derivedSalts(entry).at(-1)!;
    const hasty = Object.keys(GUESSES).map((name) => openingDigest(formatSalted(salt, name, CLAIMS[name as Guessed])));
    expect(await guess(new Set(hasty))).to.have.all.keys(Object.keys(GUESSES));
  });

  it("E6 the same record sent twice, and to two logs under one vault key, has no salt or digest twice", async () => {
    const seen: string[] = [];
    const other = await openLedger();
    try {
      for (const { submit, vault, store } of [ledger, other])
        for (const { leafIndex } of await submit([recordWith(CLAIMS), recordWith(CLAIMS)])) {
          const openings = (await vault.open(leafIndex))!;
          const [{ body }] = (await store.entries(leafIndex, leafIndex + 1)) as [StoredEntry];
          seen.push(...openings.map((text) => toBase64Url(parseOpening(text).salt)), ...parseBody(body!).digests);
        }
    } finally {
      await other.close();
    }
    expect(seen.length).to.equal(4 * (3 + 16));
    expect(new Set(seen).size).to.equal(seen.length);
  });

  it("E6 no salt follows from the vault key and what the log says of the record", async () => {
    const [{ leafIndex }] = (await ledger.submit([recordWith(CLAIMS)])) as [Acknowledgement];
    const [stored] = await ledger.store.entries(leafIndex, leafIndex + 1);
    const salts = (await ledger.vault.open(leafIndex))!.map((text) => toBase64Url(parseOpening(text).salt));
    expect(salts).to.have.length(3);
    const derived = new Set(derivedSalts(stored!));
    expect(salts.filter((salt) => derived.has(salt))).to.deep.equal([]);
  });

  it("E6 bits and bytes of salts are spread as those of chance", () => {
    const draw = pagedRandomBytes();
    const count = 50_000;
    const ones = new Array<number>(256).fill(0);
    const bytes = new Array<number>(256).fill(0);
    for (let i = 0; i < count; i++)
      for (const [place, byte] of draw(32).entries()) {
        bytes[byte]!++;
        for (let bit = 0; bit < 8; bit++) ones[8 * place + bit]! += (byte >> bit) & 1;
      }
    // Seven standard deviations: chance exceeds them once in 10^9 runs.
    for (const one of ones) expect(Math.abs(one - count / 2)).to.be.lessThan(7 * Math.sqrt(count / 4));
    const each = (32 * count) / 256;
    for (const one of bytes) expect(Math.abs(one - each)).to.be.lessThan(7 * Math.sqrt(each));
  });
});

const hashOf = (text: string | Uint8Array): string => createHash("sha256").update(text).digest("base64url");

/** The digests that a value would have: under each salt, and in the ways in which a hasty design hashes. */
function attempts(name: string, value: string, salts: readonly string[]): string[] {
  const unsalted = [value, JSON.stringify(value), `${name}${value}`].map(hashOf);
  const keyed = createHmac("sha256", MASTER_KEY).update(value).digest("base64url");
  return [...unsalted, keyed, ...salts.map((salt) => openingDigest(formatSalted(salt, name, value)))];
}

/** Salts that a design would have that saves itself storing them. */
function derivedSalts({ leafIndex, seq, id, sourceId, bodyDigest }: StoredEntry): string[] {
  const names = [String(leafIndex), String(seq), formatRecordId(id), id, sourceId, bodyDigest];
  const made = names.flatMap((name) => [
    createHmac("sha256", MASTER_KEY).update(name).digest(),
    createHash("sha256").update(MASTER_KEY).update(name).digest(),
    Buffer.from(hkdfSync("sha256", MASTER_KEY, name, "", 32)),
    Buffer.from(hkdfSync("sha256", MASTER_KEY, "", name, 32)),
  ]);
  return ["", toBase64Url(new Uint8Array(32)), toBase64Url(MASTER_KEY), ...made.map(toBase64Url)];
}

/** Salts of all records that are left, and every row of the vault that could be one. */
async function storedSalts({ vault, folder }: TestLedger): Promise<string[]> {
  const salts: string[] = [];
  for await (const leafIndex of vault.leafIndexes())
    for (const opening of (await vault.open(leafIndex)) ?? []) salts.push(toBase64Url(parseOpening(opening).salt));
  const db = new DatabaseSync(join(folder, VAULT_FILE), { readOnly: true, timeout: 60_000 });
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  const rows = tables.flatMap(({ name }) => db.prepare(`SELECT * FROM ${String(name)}`).all());
  db.close();
  const blobs = rows.flatMap(Object.values).filter((value): value is Uint8Array => value instanceof Uint8Array);
  return [...salts, ...blobs.filter(({ length }) => length >= 32).map((blob) => toBase64Url(blob.subarray(0, 32)))];
}
