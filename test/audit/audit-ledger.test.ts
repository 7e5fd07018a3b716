// The audit as the oracle that every fault test relies on: a clean store holds, and whatever is changed is found and named.
// Invariant: no table and no column of ledger or vault is left out.

import { copyFileSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync, SQLInputValue } from "node:sqlite";

import { expect } from "chai";

import { signCheckpoint, type LogSigner } from "../../src/core/checkpoint.ts";
import { WarifuError } from "../../src/core/errors.ts";
import { verifierKey } from "../../src/core/note.ts";
import { sourceIdOf } from "../../src/core/record.ts";
import { audit } from "../../src/audit/audit-ledger.ts";
import type { AuditReport } from "../../src/verify/audit-findings.ts";
import { LEDGER_FILES, openSqliteLedger, readSqliteLedger } from "../../src/store/sqlite/ledger.ts";
import { sealOf } from "../../src/store/rows/seals.ts";
import { VAULT_FILE } from "../../src/store/sqlite/vault.ts";
import type { Row } from "../../src/store/rows/row.ts";
import { interpose } from "../support/interpose.ts";
import { faultsOf } from "../store/support/faults-of.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import {
  auditFolder,
  copyFolder,
  expectClean,
  keyed,
  openLedger,
  ORIGIN,
  policyOf,
  reading,
  removeFile,
  report,
  SIGNER,
  temporaryFolder,
} from "../support/ledger.ts";
import { signingKey } from "../support/signing-key.ts";
import { openLogWriter, series } from "../store/support/log-writer.ts";
import { alterationsOf, dumpOf, tablesOf, withDatabase } from "../support/altered-rows.ts";
import { makeFullLedger, ONE_TILE, type FullLedger } from "../support/full-ledger.ts";

const { database: LEDGER_FILE, guard: GUARD_FILE } = LEDGER_FILES;

/** Of the ledger that each column is changed in: the last leaf, with the two that come before the records. */
const LAST = ONE_TILE.whole + 1;
/** The one that was not mined. */
const OPEN_ANCHOR = "anchor_id = (SELECT max(anchor_id) FROM anchor)";

/** The rows to change in each table, and what the findings about them must name. */
const TABLES: { readonly [table: string]: { readonly rows: readonly string[]; readonly names: RegExp } } = {
  log: { rows: ["1"], names: /^log / },
  source: { rows: ["name = 'santander/app'", `name = '${ORIGIN}'`], names: /^(source \d+|leaf \d+)$/ },
  entry: { rows: ["leaf_index = 3", `leaf_index = ${LAST}`], names: /^(leaf \d+|leaves \d+ to \d+)$/ },
  submission: {
    rows: ["leaf_index = 4", "leaf_index = (SELECT max(leaf_index) FROM submission)"],
    names: /^(leaf \d+|leaves \d+ to \d+|submission)$/,
  },
  tile: { rows: ["tile_index = 0"], names: /^(tile -?\d+\/-?\d+|leaf \d+)$/ },
  checkpoint: { rows: ["tree_size = 102", `tree_size = ${LAST + 1}`], names: /^(checkpoint \S*|leaves \d+ to \d+)/ },
  anchor: { rows: ["anchor_id = 1"], names: /^anchor/ },
  anchor_course: { rows: ["anchor_id = 1", OPEN_ANCHOR], names: /^anchor_course/ },
  anchor_left_block: { rows: ["1"], names: /^anchor_left_block/ },
  contract: { rows: ["1"], names: /^contract/ },
  api_key: { rows: ["name = 'old'", "name = 'gateway'"], names: /^api_key/ },
  api_key_scope: { rows: ["rate_per_minute = 60"], names: /^api_key_scope/ },
  api_key_use: { rows: ["1"], names: /^api_key_use/ },
  sender: { rows: ["name = 'one'", "name = 'other'"], names: /^(sender|leaf)/ },
  sent: { rows: ["leaf_index = 2"], names: /^(leaf|leaves)/ },
  alias: { rows: ["key = 'again'"], names: /^(alias|leaf)/ },
  opening: {
    rows: ["leaf_index = (SELECT min(leaf_index) FROM opening)", "leaf_index = (SELECT max(leaf_index) FROM opening)"],
    names: /^(leaf|vault)/,
  },
  // To whom a row belongs is said by the index alone: a changed subject hides no record from a search by its values.
  person: { rows: ["leaf_index = (SELECT min(leaf_index) FROM person)"], names: /^leaf/ },
  secret: { rows: ["name = 'person index'"], names: /^leaf/ },
};

/** Columns of what nothing else vouches for, and whose change hides no record. */
const UNVOUCHED = new Set(["person.subject", "subject_count.id", "subject_count.subjects"]);

/** Rows that have nothing in a column where others have something. */
const NULLS: { readonly [column: string]: readonly string[] } = {
  "anchor.block_number": [OPEN_ANCHOR],
  "anchor.block_hash": [OPEN_ANCHOR],
  "anchor.evidence": [OPEN_ANCHOR],
  "anchor.paid": [OPEN_ANCHOR],
};

describe("the audit", () => {
  let full: FullLedger;
  let small: FullLedger;
  let folder: string;
  before(async () => {
    full = await makeFullLedger();
    small = await makeFullLedger(ONE_TILE);
  });
  beforeEach(() => {
    folder = copyFolder(full.folder);
  });

  const change = (sql: string, ...values: SQLInputValue[]): number =>
    withDatabase(folder, LEDGER_FILE, (db) => Number(db.prepare(sql).run(...values).changes));
  const expectRefuted = async (what: string, names: RegExp, options = {}): Promise<AuditReport> => {
    const result = await auditFolder(folder, options);
    expect(result.outcome, what).to.equal("refuted");
    const found = result.findings.slice(0, 5).map(({ where, message }) => `${where}: ${message}`);
    expect(
      result.findings.some(({ where }) => names.test(where)),
      `${what}: ${found.join("; ")}`,
    ).to.equal(true);
    return result;
  };

  it("finds nothing in a clean store, with and without the chain", async () => {
    const { checked, notes } = await expectClean(folder, { chain: full.chain });
    const [first, ...open] = full.chain.events;
    const early = await expectClean(folder, { chain: { ...full.chain, events: [first!], open } });
    expect(early.notes.join(), "truth E3").to.include(`left open: ${open.length}`);
    expect(checked).to.deep.equal({
      entries: full.size,
      tiles: 2,
      checkpoints: 10,
      bodies: full.size,
      openings: 4 * 217,
      anchors: 5,
    });
    expect(notes).to.deep.equal([]);
    expect((await expectClean(folder)).notes.join()).to.match(/no chain was asked/);
    await expectClean(full.older);
  });

  for (const file of [LEDGER_FILE, VAULT_FILE])
    it(`A14 finds a change of any column of any table of ${file}, and names the row`, async () => {
      const tables = withDatabase(small.folder, file, tablesOf);
      // Filled by full segments or groups only, and sealed rows that the engine checks by itself: each in a test of its own.
      for (const name of ["digest_bucket", "leaf_bucket", "record_list", "source_seq"]) tables.delete(name);
      for (const name of ["officer", "passkey", "invitation", "session"]) tables.delete(name);
      for (const name of ["citizen", "former_citizen", "citizen_passkey", "citizen_session"]) tables.delete(name);
      for (const [table, columns] of tables) {
        for (const column of columns.filter((name) => !UNVOUCHED.has(`${table}.${name}`))) {
          const { rows, names } = TABLES[table]!;
          for (const row of [...rows, ...(NULLS[`${table}.${column}`] ?? [])])
            await expectFound(file, table, column, row, names);
        }
      }
      await expectClean(small.folder, { chain: small.chain });
    });

  const DELETIONS: readonly [what: string, sql: string, where: RegExp][] = [
    ["a body", "UPDATE entry SET body = NULL WHERE leaf_index = 17", /^leaf 17$/],
    ["an entry under a tile", "DELETE FROM entry WHERE leaf_index = 17", /^leaf 17$/],
    ["an entry that no tile covers", "DELETE FROM entry WHERE leaf_index = 600", /^leaf 600$/],
    ["the last entry", "DELETE FROM entry WHERE leaf_index = 651", /^leaves 651 to 651$/],
    ["the last 300 entries", "DELETE FROM entry WHERE leaf_index > 351", /^leaves 352 to 651$/],
    ["all entries", "DELETE FROM entry", /^leaves 0 to 651$/],
    ["a source", "DELETE FROM source WHERE name = 'santander/app'", /^leaf \d+$/],
    ["a tile", "DELETE FROM tile WHERE tile_index = 1", /^tile 0\/1$/],
    ["the tiles", "DELETE FROM tile", /^tile 0\/0$/],
    ["a checkpoint", "DELETE FROM checkpoint WHERE tree_size = 202", /^leaves 102 to 301$/],
    ["the newest checkpoint", "DELETE FROM checkpoint WHERE tree_size = 652", /^leaves 642 to 651$/],
    ["all checkpoints", "DELETE FROM checkpoint", /^leaves 0 to \d+$/],
    ["a key", "DELETE FROM submission WHERE leaf_index = 3", /^leaves 2 to 101$/],
    ["all keys", "DELETE FROM submission", /^leaves 2 to 101$/],
    ["an anchor", "DELETE FROM anchor WHERE anchor_id = 2", /^anchor 2$/],
    ["the contract", "DELETE FROM contract", /^contract$/],
    ["the scope of a key", "DELETE FROM api_key_scope", /^api_key /],
    ["a key of which the scope is there", "DELETE FROM api_key", /^api_key /],
    ["an account of which a passkey is there", "DELETE FROM officer", /^officer of_/],
    ["an index", "DROP INDEX entry_by_kind", /^index entry_by_kind$/],
  ];
  for (const [what, sql, where] of DELETIONS)
    it(`names what is missing: ${what}`, async () => {
      change(sql);
      await expectRefuted(what, where);
    });

  const ADDITIONS: readonly [what: string, sql: string, where: RegExp][] = [
    [
      "an entry",
      `INSERT INTO entry SELECT 652, kind, source_ref, 9999, randomblob(16), body_digest, body FROM entry WHERE leaf_index = 651`,
      /^leaves 652 to 652$/,
    ],
    [
      "an entry far beyond the end",
      `INSERT INTO entry SELECT 1 << 50, kind, source_ref, 9999, randomblob(16), body_digest, body FROM entry WHERE leaf_index = 651`,
      /^leaves 1125899906842624 to 1125899906842624$/,
    ],
    [
      "the course of an anchor that is not there",
      "INSERT INTO anchor_course SELECT 99, 1, 2, 3, 4, 5, NULL, seal FROM anchor_course LIMIT 1",
      /^anchor_course 99$/,
    ],
    ["a source", "INSERT INTO source SELECT 99, 'nobody', source_id FROM source LIMIT 1", /^source 99$/],
    [
      "a source that sent nothing",
      `INSERT INTO source VALUES (99, 'nobody', x'${Buffer.from(sourceIdOf(ORIGIN, "nobody")).toString("hex")}')`,
      /^source 99$/,
    ],
    [
      "a key for an entry",
      "INSERT INTO submission SELECT source_ref, 'planted', 17 FROM submission LIMIT 1",
      /^lea(f|ves) /,
    ],
    [
      "a key for an entry to come",
      "INSERT INTO submission SELECT source_ref, 'planted', 700 FROM submission LIMIT 1",
      /^leaf 700$/,
    ],
    ["a tile beyond the end", "INSERT INTO tile SELECT 0, 2, hashes FROM tile LIMIT 1", /^tile 0\/2$/],
    ["a tile of a level beyond the top", "INSERT INTO tile SELECT 1, 0, hashes FROM tile LIMIT 1", /^tile 1\/0$/],
    ["a tile below the leaves", "INSERT INTO tile SELECT -1, 0, hashes FROM tile LIMIT 1", /^tile -1\/0$/],
    [
      "a checkpoint",
      "INSERT INTO checkpoint SELECT 700, root_hash, note, seal FROM checkpoint LIMIT 1",
      /^checkpoint 700$/,
    ],
    [
      "a checkpoint in between",
      "INSERT INTO checkpoint SELECT 150, root_hash, note, seal FROM checkpoint LIMIT 1",
      /^checkpoint 150$/,
    ],
    [
      "a signature line",
      "UPDATE checkpoint SET note = note || '— stranger AAAAAAAA' || char(10) WHERE tree_size = 202",
      /./,
    ],
    ["a contract", "INSERT INTO contract SELECT * FROM contract", /^contract$/],
    ["a place on a list", "INSERT INTO record_list VALUES ('type gone', 0, x'00')", /^record list$/],
    ["a bucket", "INSERT INTO digest_bucket VALUES (5, x'00')", /^digest index$/],
    ["a number of no entry", "INSERT INTO source_seq VALUES (1, 9999, 3)", /^source_seq$/],
    ["a bucket of leaves", "INSERT INTO leaf_bucket VALUES (5, x'00')", /^leaf index$/],
    [
      "a byte behind a digest",
      "UPDATE entry SET body_digest = CAST(body_digest || x'00' AS BLOB) WHERE leaf_index = 17",
      /^leaf 17$/,
    ],
    ["a table", "CREATE TABLE more (x)", /^table more$/],
    ["a trigger", "CREATE TRIGGER t AFTER INSERT ON entry BEGIN DELETE FROM tile; END", /^trigger t$/],
  ];
  for (const [what, sql, where] of ADDITIONS)
    it(`names what is there too much: ${what}`, async () => {
      change(sql);
      await expectRefuted(what, where);
    });

  it("names an index that does not lead to its rows", async () => {
    const name = withDatabase(folder, LEDGER_FILE, (db) =>
      Buffer.from(db.prepare("SELECT name FROM source ORDER BY length(name) DESC").get()!["name"] as string),
    );
    const bytes = readFileSync(join(folder, LEDGER_FILE));
    const places: number[] = [];
    for (let at = bytes.indexOf(name); at >= 0; at = bytes.indexOf(name, at + 1)) places.push(at);
    // Once in the table, once in the index, and in what texts tell; SQLite may have left a copy in space that it no longer uses.
    const dump = dumpOf(full.folder, LEDGER_FILE);
    let inIndex = 0;
    for (const at of places) {
      const changed = Uint8Array.from(bytes);
      changed[at]! ^= 1;
      writeFileSync(join(folder, LEDGER_FILE), changed);
      if (dumpOf(folder, LEDGER_FILE) !== dump) await expectRefuted(`byte ${at}, in a table`, /./);
      else if ((await auditFolder(folder)).findings.some(({ where }) => where === "database")) inIndex++;
    }
    expect(inIndex).to.equal(1);
  });

  it("says that tables are missing, rather than reading on without them", async () => {
    for (const table of ["digest_bucket", "entry", "log", "checkpoint"]) {
      copyFileSync(join(full.folder, LEDGER_FILE), join(folder, LEDGER_FILE));
      change(`DROP TABLE ${table}`);
      await expectRejection("STORE_CORRUPT", auditFolder(folder));
    }
    copyFileSync(join(full.folder, LEDGER_FILE), join(folder, LEDGER_FILE));
    change("DROP TABLE contract");
    await expectRefuted("no contract table", /^contract$/);
  });

  it("names openings that are missing from the vault, and rows that belong to no record", async () => {
    const vault = (sql: string): void => void withDatabase(folder, VAULT_FILE, (db) => db.exec(sql));
    const [concealed, plain] = withDatabase(folder, LEDGER_FILE, (db) =>
      [">", "="].map((sign) => {
        const sql = `SELECT leaf_index AS i FROM entry WHERE kind = 1 AND instr(body, '"_sd":') ${sign} 0 LIMIT 1`;
        return Number(db.prepare(sql).get()!["i"]);
      }),
    );
    vault(`DELETE FROM opening WHERE leaf_index = ${concealed}`);
    await expectRefuted("openings missing", new RegExp(`^leaf ${concealed}$`));
    vault(`UPDATE opening SET leaf_index = ${plain} WHERE leaf_index = (SELECT max(leaf_index) FROM opening)`);
    await expectRefuted("openings of a public record", new RegExp(`^vault row ${plain}$`));
    change("DELETE FROM entry WHERE leaf_index = 400");
    vault("UPDATE opening SET leaf_index = 400 WHERE leaf_index = (SELECT max(leaf_index) FROM opening)");
    await expectRefuted("openings of no entry", /^vault row 400$/);
    vault("DELETE FROM opening");
    await expectRefuted("an empty vault", new RegExp(`^leaf ${concealed}$`));
    vault("DROP TABLE opening");
    await expectRefuted("no vault table", /^vault/);
  });

  for (const [what, columns] of [
    ["bodies", "body"],
    ["digests", "body_digest"],
    ["bodies and digests", "body, body_digest"],
    ["ids", "id"],
    ["all columns", "kind, source_ref, seq, id, body_digest, body"],
  ] as const)
    it(`names two entries that were exchanged: ${what}`, async () => {
      for (const [one, other] of [
        [100, 101],
        [100, 400],
        [647, 648],
      ] as const) {
        copyFileSync(join(full.folder, LEDGER_FILE), join(folder, LEDGER_FILE));
        withDatabase(folder, LEDGER_FILE, (db) => exchange(db, columns.split(", "), one, other));
        await expectRefuted(`${one} and ${other}`, /^(leaf (100|101|400|647|648)|checkpoint 652)$/);
      }
    });

  it("notices an exchange that only the root tells of, and narrows it down to a batch", async () => {
    withDatabase(folder, LEDGER_FILE, (db) =>
      exchange(db, ["kind", "source_ref", "seq", "id", "body_digest", "body"], 647, 648),
    );
    const { findings } = await expectRefuted("647 and 648", /^checkpoint 652$/);
    expect(findings.find(({ where }) => where === "checkpoint 652")!.message).to.match(/leaves 642 to 651/);
  });

  it("believes no row for its seal alone: an anchor changed by somebody who sealed it again", async () => {
    const [note, evidence] = withDatabase(folder, LEDGER_FILE, (db) =>
      ["note", "evidence"].map(
        (column) => db.prepare(`SELECT ${column} AS value FROM anchor WHERE anchor_id = 2`).get()!["value"],
      ),
    );
    const forgeries: { [column: string]: SQLInputValue }[] = [
      { note: String(note) },
      { evidence: String(evidence) },
      { evidence: null },
      { evidence: "no JSON" },
      { tree_size: 257 },
      { root_hash: new Uint8Array(32) },
      { block_number: 1 },
      { block_hash: `0x${"ab".repeat(32)}` },
      { chain_id: 1 },
      { contract: `0x${"cd".repeat(20)}` },
      { transaction_hash: `0x${"ef".repeat(32)}` },
    ];
    for (const forgery of forgeries) {
      copyFileSync(join(full.folder, LEDGER_FILE), join(folder, LEDGER_FILE));
      withDatabase(folder, LEDGER_FILE, (db) => {
        const row = { ...db.prepare("SELECT * FROM anchor WHERE anchor_id = 1").get()!, ...forgery } as Row;
        const sealed = { ...row, seal: sealOf(row) };
        const columns = Object.keys(sealed).map((name) => `${name} = ?`);
        db.prepare(`UPDATE anchor SET ${columns.join(", ")} WHERE anchor_id = 1`).run(...Object.values(sealed));
      });
      await expectRefuted(JSON.stringify(forgery), /^anchor 1$/);
    }
    copyFileSync(join(full.folder, LEDGER_FILE), join(folder, LEDGER_FILE));
    withDatabase(folder, LEDGER_FILE, (db) => {
      const row = { ...db.prepare("SELECT * FROM anchor WHERE anchor_id = 5").get()!, state: "finalized" } as Row;
      db.prepare("UPDATE anchor SET state = ?, seal = ? WHERE anchor_id = 5").run("finalized", sealOf(row));
    });
    await expectRefuted("called final", /^anchor 5$/);
  });

  it("names a record that was exchanged with one of another log", async () => {
    const other = await openLedger({ origin: "other.test/ledger", signer: signerOf("other.test/ledger") });
    await other.submit(Array.from({ length: 50 }, (_, i) => reading(i, { seq: 10_000 + i })));
    await other.close();
    const columns = ["source_ref", "seq", "id", "body_digest", "body"];
    withDatabase(folder, LEDGER_FILE, (db) => {
      db.prepare("ATTACH ? AS other").run(join(other.folder, LEDGER_FILE));
      const list = columns.join(", ");
      db.exec(`DELETE FROM entry WHERE leaf_index = 20;
        INSERT INTO entry (leaf_index, kind, ${list}) SELECT leaf_index, kind, ${list} FROM other.entry WHERE leaf_index = 20`);
    });
    await expectRefuted("an entry of another log", /^leaf 20$/);
    const audited = await auditFolder(other.folder);
    expect(audited.findings.map(({ code }) => code)).to.include("ORIGIN_MISMATCH");
  });

  it("A16 names an older copy that was put back: by the head guard, else by the chain", async () => {
    copyFileSync(join(full.older, LEDGER_FILE), join(folder, LEDGER_FILE));
    const { findings } = await expectRefuted("with the guard", /^leaves 302 to 651$/);
    expect(findings.map(({ code }) => code)).to.include("STORE_BEHIND");
    removeFile(folder, GUARD_FILE);
    const { findings: byChain } = await expectRefuted("by the chain", /^anchor of size 512$/, full);
    expect(byChain.map(({ code }) => code)).to.include("STORE_BEHIND");
    // With neither, nothing in the files contradicts itself: the report says so much.
    const { outcome, notes } = await auditFolder(folder);
    expect(outcome).to.equal("holds");
    expect(notes.join()).to.match(/no head guard/);
    expect(notes.join()).to.match(/openings of \d+ records that the log does not have/);
  });

  it("names a head guard that the log's key did not sign, or that is of another history", async () => {
    const guard = join(folder, GUARD_FILE);
    const head = { origin: ORIGIN, treeSize: full.size, rootHash: new Uint8Array(32) };
    writeFileSync(guard, signCheckpoint(head, SIGNER).note);
    const split = await expectRefuted("another root of the same size", /^head guard$/);
    expect(split.findings.map(({ code }) => code)).to.deep.equal(["ANCHOR_MISMATCH"]);
    const stranger = signerOf(ORIGIN, 99);
    const rootHash = withDatabase(folder, LEDGER_FILE, (db) =>
      db.prepare("SELECT root_hash FROM checkpoint WHERE tree_size = ?").get(full.size),
    )!["root_hash"] as Uint8Array;
    writeFileSync(guard, signCheckpoint({ ...head, rootHash }, stranger).note);
    const forged = await expectRefuted("the right root, by another key", /^head guard$/);
    expect(forged.findings.map(({ code }) => code)).to.deep.equal(["SIGNATURE_MISMATCH"]);
  });

  it("names a forged history: a checkpoint of another key, a root that the chain does not have", async () => {
    const forged = await openLedger({ signer: signerOf(ORIGIN, 99) });
    await forged.submit(keyed(report, 700));
    await forged.close();
    const findings = (await auditFolder(forged.folder, { chain: full.chain })).findings;
    expect(findings.map(({ code }) => code)).to.include("SIGNATURE_MISMATCH");
    // The same by the log's own key, as its operator could: only the chain knows better.
    const rewritten = await openLedger();
    await rewritten.submit(keyed(report, 700));
    await rewritten.close();
    expect((await auditFolder(rewritten.folder)).outcome).to.equal("holds");
    const against = await auditFolder(rewritten.folder, { chain: full.chain });
    const roots = against.findings.filter(({ message }) => /its root is not the one/.test(message));
    expect(roots.map(({ where }) => where)).to.include("anchor of size 256");
  });

  it("names an anchor that the chain has and the store does not, and the reverse", async () => {
    change("DELETE FROM anchor WHERE anchor_id >= 4");
    await expectRefuted("an anchor removed", /^anchor of size 642$/, { chain: full.chain });
    copyFileSync(join(full.folder, LEDGER_FILE), join(folder, LEDGER_FILE));
    const chain = { ...full.chain, events: full.chain.events.slice(0, 3) };
    await expectRefuted("an anchor called final", /^anchor 4$/, { chain });
  });

  it("lists a thousand findings and counts the others", async () => {
    change("UPDATE entry SET body_digest = zeroblob(32)");
    const { findings, notes } = await auditFolder(folder);
    expect(findings.length).to.equal(1_000);
    expect(notes.join()).to.match(/\d+ further findings are not listed/);
  });

  it("checks a sample by inclusion proofs", async () => {
    expect((await auditFolder(folder, { sample: 50 })).outcome).to.equal("holds");
    change("UPDATE entry SET seq = seq + 1000");
    const { findings } = await expectRefuted("every seq", /^(log|leaf \d+)$/, { sample: 5 });
    expect(findings.length).to.be.greaterThan(0);
    copyFileSync(join(full.folder, LEDGER_FILE), join(folder, LEDGER_FILE));
    change("UPDATE entry SET seq = seq + 1000 WHERE leaf_index < 512");
    await expectRefuted("seqs under tiles", /^leaf \d+$/, { sample: 50 });
    copyFileSync(join(full.folder, LEDGER_FILE), join(folder, LEDGER_FILE));
    // Each entry is good in itself, but none is where it belongs.
    change("UPDATE entry SET leaf_index = -1 - leaf_index WHERE leaf_index < 512");
    change("UPDATE entry SET leaf_index = 512 + leaf_index WHERE leaf_index < 0");
    const { findings: misplaced } = await expectRefuted("entries in reverse order", /^leaf \d+$/, { sample: 50 });
    expect(misplaced.map(({ code }) => code)).to.include("INCLUSION_MISMATCH");
    change("DELETE FROM entry WHERE leaf_index < 512");
    await expectRefuted("entries under tiles", /^leaf \d+$/, { sample: 50 });
  });

  it("says of leaves that need another one's entry for their proof which one that is", async () => {
    change("DELETE FROM entry WHERE leaf_index = 600");
    const { findings } = await expectRefuted("an entry under no tile", /^(leaf|anchor of size) \d+$/, { sample: 600 });
    const others = findings.filter(({ where }) => where !== "leaf 600");
    expect(others.length).to.be.greaterThan(50);
    const fact = { id: "error", code: "NOT_FOUND", details: { leafIndex: 600 } };
    for (const one of others) expect(one.fact).to.deep.include({ ...fact, message: "leaf 600: the entry is missing" });
  });

  it("holds beside a service that is writing, whole and by sample", async () => {
    const ledger = await openLedger();
    let isWriting = true;
    const writer = (async () => {
      for (let i = 0; isWriting; i++)
        await ledger.submit([...keyed(reading, 20, `r${i}`), ...keyed(report, 10, `c${i}`)]);
    })();
    try {
      for (let i = 0; i < 6; i++) {
        await expectClean(ledger.folder);
        await expectClean(ledger.folder, { sample: 20 });
      }
      // Opened some time before it is audited: the log has grown in between.
      const reader = readSqliteLedger(ledger.folder);
      await ledger.submit(keyed(reading, 300, "late"));
      // And it goes on growing: the first look into the vault waits until it has.
      let looks = 0;
      const vault = interpose(ledger.vault, (method, call) =>
        method === "open" && looks++ === 0 ? ledger.submit(keyed(reading, 30, "between")).then(call) : call(),
      );
      const opened = await audit({ store: reader, vault, policy: policyOf(SIGNER.key, true) });
      expect(opened.findings).to.deep.equal([]);
      expect(reader.treeSize()).to.be.greaterThan(opened.checked.entries);
      expect(opened.checked.entries).to.be.greaterThan(300);
      await reader.close();
    } finally {
      isWriting = false;
      await writer;
    }
    await ledger.close();
    await expectClean(ledger.folder);
  });

  it("A14 never calls a file good in which any one bit was turned that its tables depend on", async function () {
    this.timeout(600_000);
    const flips = Number(process.env["WARIFU_FLIPS"] ?? 40);
    const random = generator(4_711);
    const outcomes = { refuted: 0, unreadable: 0, unused: 0 };
    for (const file of [LEDGER_FILE, VAULT_FILE]) {
      const original = readFileSync(join(full.folder, file));
      const dump = dumpOf(full.folder, file);
      for (let i = 0; i < flips / 2; i++) {
        const [at, bit] = [random(original.length), random(8)];
        const turned = Uint8Array.from(original);
        turned[at]! ^= 1 << bit;
        writeFileSync(join(folder, file), turned);
        const outcome = await outcomeOf(folder, file, dump);
        expect(outcome, `${file}, bit ${bit} of byte ${at}`).not.to.equal("missed");
        outcomes[outcome as keyof typeof outcomes]++;
      }
      writeFileSync(join(folder, file), original);
    }
    expect(outcomes.refuted).to.be.greaterThan(outcomes.unused);
    await expectClean(folder);
  });

  it("says clearly that a file was cut short, wherever that is", async () => {
    const random = generator(815);
    for (const file of [LEDGER_FILE, VAULT_FILE]) {
      const { size } = statSync(join(full.folder, file));
      const lengths = [
        0,
        1,
        99,
        100,
        4_095,
        4_096,
        size - 4_096,
        size - 1,
        ...Array.from({ length: 12 }, () => random(size)),
      ];
      for (const length of lengths) {
        copyFileSync(join(full.folder, file), join(folder, file));
        truncateSync(join(folder, file), length);
        const outcome = await outcomeOf(folder, file, "");
        expect(outcome, `${file} cut to ${length}`).to.be.oneOf(["refuted", "unreadable"]);
        const opened = await openLedger({ folder }).then(
          async (ledger) => ledger.close(),
          (error: unknown) => error,
        );
        // A start reads little of the file: it may not come upon the gap, but it must not trip over it either.
        if (opened !== undefined) expect(opened, `opened, cut to ${length}`).to.be.instanceOf(WarifuError);
      }
      copyFileSync(join(full.folder, file), join(folder, file));
    }
  });

  it("A14 finds any change of the indexes of digests and of leaves, of full segments", async () => {
    const large = temporaryFolder();
    const store = openSqliteLedger(large, ORIGIN);
    const log = await openLogWriter(store);
    for (let from = 0; from < 66_000; from += 6_000) await log.commit(series(from, from + 6_000));
    await store.close();
    const findings = async (): Promise<string[]> => {
      const reader = readSqliteLedger(large);
      const found = (await faultsOf(reader)).map(({ where }) => where);
      await reader.close();
      return found;
    };
    expect(await findings()).to.deep.equal([]);
    const row = "bucket = 17";
    // Both at once: a look at all of the store takes seconds, and names each.
    for (const alteration of [
      (index: string) => `UPDATE ${index}_bucket SET items = CAST(x'00' || substr(items, 2) AS BLOB) WHERE ${row}`,
      (index: string) => `UPDATE ${index}_bucket SET bucket = 256 WHERE ${row}`,
      (index: string) => `DELETE FROM ${index}_bucket WHERE bucket IN (17, 256)`,
    ]) {
      const altered = ["digest", "leaf"].map(alteration).join("; ");
      withDatabase(large, LEDGER_FILE, (db) => db.exec(altered));
      expect(await findings(), altered).to.include.members(["digest bucket 17", "leaf bucket 17"]);
    }
  });

  it("A14 finds any change of the numbers and lists of full groups, and a number used twice after them", async () => {
    const large = temporaryFolder();
    const store = openSqliteLedger(large, ORIGIN);
    const log = await openLogWriter(store);
    await log.commit([...series(0, 1_500, "a"), ...series(0, 1_500, "b")]);
    await store.close();
    const altered = async (sql: string): Promise<string[]> => {
      const copy = copyFolder(large);
      withDatabase(copy, LEDGER_FILE, (db) => db.exec(sql));
      const reader = readSqliteLedger(copy);
      const found = (await faultsOf(reader)).map(({ where }) => where);
      await reader.close();
      return found;
    };
    expect(await altered("SELECT 1")).to.deep.equal([]);
    const row = "leaf_index = 1900";
    for (const change of ["source_ref = 1, seq = 9000", "seq = 9000", "leaf_index = 1901"])
      expect(await altered(`UPDATE source_seq SET ${change} WHERE ${row}`), change).to.include("leaf 1900");
    expect(await altered(`DELETE FROM source_seq WHERE ${row}`)).to.deep.equal(["leaf 1900"]);
    expect(await altered("INSERT INTO source_seq VALUES (1, 9000, 1900)")).to.deep.equal(["source_seq"]);
    // Both of one source, whose numbers are in memory while the service runs.
    expect(await altered("UPDATE entry SET seq = 1400 WHERE leaf_index = 2999")).to.include("leaf 2999");
    expect(await altered("UPDATE entry SET seq = 100 WHERE leaf_index = 2999")).to.include("leaf 2999");
    const list = "tile_index = 3 AND list = (SELECT min(list) FROM record_list)";
    for (const change of ["places = x'00'", "tile_index = 7", "list = 'gone'"])
      expect((await altered(`UPDATE record_list SET ${change} WHERE ${list}`)).join(), change).to.match(/list/);
    expect((await altered(`DELETE FROM record_list WHERE ${list}`)).join()).to.match(/^list/);
    // Whoever withholds a body takes its record off the list of its type.
    expect(await altered("UPDATE entry SET body = NULL WHERE leaf_index = 5")).to.deep.equal([
      'list "type sensor-reading"',
    ]);
  });

  /** Changes the value in each way there is, and audits. */
  async function expectFound(file: string, table: string, column: string, row: string, names: RegExp): Promise<void> {
    const read = `SELECT ${column} AS value FROM ${table} WHERE ${row}`;
    folder = copyFolder(small.folder);
    const original = withDatabase(folder, file, (db) => db.prepare(read).get())!["value"] as SQLInputValue;
    let changes = 0;
    for (const altered of alterationsOf(original)) {
      copyFileSync(join(small.folder, file), join(folder, file));
      if (!tryUpdate(file, `UPDATE ${table} SET ${column} = ? WHERE ${row}`, altered)) continue;
      changes++;
      // Nothing that only the vault could show: an auditor without it finds any change of the ledger.
      const options = { hasVault: file === VAULT_FILE };
      await expectRefuted(`${table}.${column} where ${row}: ${String(altered).slice(0, 40)}`, names, options);
    }
    expect(changes, `${table}.${column} where ${row}`).to.be.greaterThan(0);
  }

  /** Changes one row; false when the table's own rules do not let it be changed in this way. */
  function tryUpdate(file: string, sql: string, value: SQLInputValue): boolean {
    try {
      expect(withDatabase(folder, file, (db) => db.prepare(sql).run(value).changes)).to.equal(1);
      return true;
    } catch (error) {
      if (/constraint|cannot store/.test((error as Error).message)) return false;
      throw error;
    }
  }
});

function signerOf(origin: string, seed = 7): LogSigner {
  const { publicKey, sign } = signingKey(seed);
  return { key: verifierKey(origin, publicKey), sign };
}

/** Exchanges columns of two entries. */
function exchange(db: DatabaseSync, columns: readonly string[], one: number, other: number): void {
  const values = (leafIndex: number): SQLInputValue[] => {
    const row = db.prepare(`SELECT ${columns.join(", ")} FROM entry WHERE leaf_index = ?`).get(leafIndex)!;
    return columns.map((column) => row[column] as SQLInputValue);
  };
  const [first, second] = [values(one), values(other)];
  const update = db.prepare(
    `UPDATE entry SET ${columns.map((column) => `${column} = ?`).join(", ")} WHERE leaf_index = ?`,
  );
  update.run(...second, one);
  update.run(...first, other);
}

/** How an audit took a changed file; `unused` when the tables read as before, `missed` when they do not and it held. */
async function outcomeOf(folder: string, file: string, dump: string): Promise<string> {
  let outcome: string;
  try {
    outcome = (await auditFolder(folder)).outcome;
  } catch (error) {
    expect(error).to.be.instanceOf(WarifuError);
    outcome = "unreadable";
  }
  if (outcome !== "holds") return outcome;
  try {
    return dumpOf(folder, file) === dump ? "unused" : "missed";
  } catch {
    return "missed";
  }
}

/** Numbers below a bound, the same in every run. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}
