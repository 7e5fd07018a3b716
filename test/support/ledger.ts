// A ledger over a folder, composed as the service composes it, with fixed keys: any process can open a folder that
// another one wrote. Every fault test ends in `auditFolder`, which reads nothing but the files.

import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import type { JsonObject, JsonValue } from "../../src/core/json.ts";
import { verifierKey, type VerifierKey } from "../../src/core/note.ts";
import type { Policy } from "../../src/core/policy.ts";
import type { AnchorEvent } from "../../src/chain/chain.ts";
import type { AnchorEventReader } from "../../src/verify/shown-anchors.ts";
import { parseProfile } from "../../src/profiles/profile.ts";
import type { WarifuError } from "../../src/core/errors.ts";
import { openLog, type OpenLog, type OpenLogOptions } from "../../src/write/open-log.ts";
import type { Acknowledgement, Outcome } from "../../src/write/outcome.ts";
import type { Pipeline } from "../../src/write/pipeline.ts";
import { pagedRandomBytes } from "../../src/core/random.ts";
import { audit } from "../../src/audit/audit-ledger.ts";
import type { AuditReport } from "../../src/verify/audit-findings.ts";
import type { Profiles } from "../../src/profiles/profile.ts";
import type { Damage } from "../../src/write/stored-check.ts";
import { readHeadGuard } from "../../src/store/head-guard.ts";
import type { Committer } from "../../src/store/committer.ts";
import type { LedgerStore } from "../../src/store/ledger-store.ts";
import type { LogStore } from "../../src/store/log-store.ts";
import { openLedger as openStore, openVault, readLedger, startCommitter } from "../../src/store/open.ts";
import { LEDGER_FILES } from "../../src/store/sqlite/ledger.ts";
import type { Vault } from "../../src/store/vault.ts";
import { saidAgain } from "./said-again.ts";
import { signingKey } from "./signing-key.ts";
import type { LogSigner } from "../../src/core/checkpoint.ts";

export const ORIGIN = "warifu.test/ledger";
export const MASTER_KEY: Uint8Array = new Uint8Array(32).fill(0x5a);
const key = signingKey(7);
export const SIGNER: LogSigner = { key: verifierKey(ORIGIN, key.publicKey), sign: key.sign };

/** The profiles that come with the program. */
export const PROFILES: Profiles = new Map(
  ["sensor-reading", "citizen-report"].map((type) => [type, readProfile(`../../profiles/${type}.json`)]),
);

function readProfile(path: string): ReturnType<typeof parseProfile> {
  return parseProfile(JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8")) as JsonValue);
}

/** What a test may choose; the rest is as the service has it. */
export interface TestLedgerOptions {
  readonly folder?: string;
  /** Address of a PostgreSQL database, which others may write to as well; SQLite in the folder if left out. */
  readonly database?: string | undefined;
  readonly origin?: string;
  readonly signer?: LogSigner;
  readonly profiles?: Profiles;
  readonly verifier?: OpenLogOptions["verifier"];
  readonly now?: () => number;
  readonly randomBytes?: OpenLogOptions["randomBytes"];
  /** Of the vault. */
  readonly masterKey?: Uint8Array;
  readonly maxBatch?: number;
  readonly maxQueue?: number;
  readonly recordsPerSecond?: number;
  readonly keyNames?: OpenLogOptions["keyNames"];
  /** Asked once the stores are open, before anything of the log is read. */
  readonly beforeReading?: (store: LedgerStore) => Promise<void>;
  readonly beforeWriting?: NonNullable<OpenLogOptions["beforeWriting"]>;
  readonly latestTime?: NonNullable<OpenLogOptions["latestTime"]>;
  /** Put something between the pipeline and its store or vault. */
  readonly wrapStore?: (store: LedgerStore) => LedgerStore;
  readonly wrapVault?: (vault: Vault) => Vault;
  /** Put something between the writer and what commits to a database; for SQLite, that goes through store and vault. */
  readonly wrapCommitter?: (committer: Committer) => Committer;
}

/** An open ledger. */
export interface TestLedger {
  readonly folder: string;
  readonly store: LedgerStore;
  readonly vault: Vault;
  /** As it was opened, with what was put between it and its store or vault. */
  readonly log: OpenLog;
  readonly pipeline: Pipeline;
  /** Why the pipeline stopped by itself, each time it said so. */
  readonly stops: readonly WarifuError[];
  /** Of how many records openings were set aside at the start, and what damage was met since. */
  readonly setAside: readonly number[];
  readonly damage: readonly Damage[];
  /** Submits and expects every record to be acknowledged. */
  submit(records: readonly JsonValue[]): Promise<Acknowledgement[]>;
  /** Drains, then closes vault and store, as the service does. */
  close(): Promise<void>;
}

/** Commits on the caller's own thread; the service has one for it. */
export function committerOf(store: LogStore, vault: Vault): Committer {
  return {
    async commit(batch, openings) {
      await vault.keep(openings);
      await store.commit(batch);
    },
  };
}

/** Opens a ledger, in a folder of its own unless one is named. */
export async function openLedger(options: TestLedgerOptions = {}): Promise<TestLedger> {
  const { folder = temporaryFolder(), database, origin = ORIGIN, signer = SIGNER, profiles = PROFILES } = options;
  const { now = Date.now, randomBytes = pagedRandomBytes(), maxBatch = 4_096, maxQueue = 65_536 } = options;
  const { masterKey = MASTER_KEY } = options;
  const place = { dataDir: folder, database };
  const store = await openStore(place, origin);
  const opened: { close(): Promise<void> }[] = [store];
  const close = () => closeAll(opened);
  try {
    const vault = await openVault(place, { masterKey, randomBytes });
    opened.push(vault);
    const stops: WarifuError[] = [];
    const setAside: number[] = [];
    const damage: Damage[] = [];
    const used = { store: options.wrapStore?.(store) ?? store, vault: options.wrapVault?.(vault) ?? vault };
    await options.beforeReading?.(used.store);
    const files = { dataDir: folder, guardPath: join(folder, LEDGER_FILES.guard), masterKey };
    const together = database === undefined ? undefined : startCommitter(store, vault, files);
    const log = await openLog({
      ...{ ...used, shared: used.store.shared },
      committer: together ? (options.wrapCommitter?.(together) ?? together) : committerOf(used.store, used.vault),
      signer,
      profiles,
      verifier: options.verifier,
      ...{ now, randomBytes },
      maxBatch,
      maxQueue,
      recordsPerSecond: options.recordsPerSecond,
      keyNames: options.keyNames,
      onStop: (reason) => stops.push(reason),
      onSetAside: (records) => setAside.push(records),
      onDamage: (met) => damage.push(met),
      latestTime: options.latestTime,
      ...(options.beforeWriting && { beforeWriting: options.beforeWriting }),
    });
    const { pipeline } = log;
    opened.push(pipeline);
    const submit = async (records: readonly JsonValue[]): Promise<Acknowledgement[]> =>
      acknowledged(await pipeline.submit(records));
    return { folder, store, vault, log, pipeline, stops, setAside, damage, submit, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Closes in reverse order, all of them even if one fails; the first failure is thrown at the end. */
async function closeAll(opened: { close(): Promise<void> }[]): Promise<void> {
  const failures: unknown[] = [];
  for (let next = opened.pop(); next; next = opened.pop())
    await next.close().catch((error: unknown) => void failures.push(error));
  if (failures.length > 0) throw failures[0];
}

/** The acknowledgements of outcomes that must all be good. */
export function acknowledged(outcomes: readonly Outcome[]): Acknowledgement[] {
  return outcomes.map((outcome) => {
    if (!outcome.ok) throw outcome.error;
    return outcome.acknowledgement;
  });
}

/** The codes of refused outcomes, `ok` for the others. */
export function codesOf(outcomes: readonly Outcome[]): string[] {
  return outcomes.map((outcome) => (outcome.ok ? "ok" : outcome.error.code));
}

/** What the auditor's nodes say of the contract. */
export interface ChainTestimony {
  readonly chainId: number;
  readonly contract: string;
  readonly events: readonly AnchorEvent[];
  /** Further ones, which are not final yet by the auditor's rule. */
  readonly open?: readonly AnchorEvent[];
  readonly blockHashAt?: AnchorEventReader["blockHashAt"];
}

/** What an audit of a folder gets beside its files. */
export interface AuditFolderOptions {
  /** Where ledger and vault are in a database. */
  readonly database?: string | undefined;
  readonly signer?: LogSigner;
  readonly chain?: ChainTestimony | undefined;
  /** Whether the policy takes the chain for the auditor's own; as long as none is asked, by default. */
  readonly isOwnChain?: boolean;
  readonly sample?: number;
  /** Of the vault. */
  readonly masterKey?: Uint8Array;
  readonly formerKey?: Uint8Array | undefined;
  /** Whether the vault is opened along; true by default. */
  readonly hasVault?: boolean;
}

/** Audits the files of a folder: ledger, vault and head guard. */
export async function auditFolder(folder: string, options: AuditFolderOptions = {}): Promise<AuditReport> {
  const { signer = SIGNER, chain, isOwnChain = chain === undefined, sample, masterKey = MASTER_KEY } = options;
  const { hasVault = true, formerKey } = options;
  const place = { dataDir: folder, database: options.database };
  const store = await readLedger(place);
  const vault = hasVault
    ? await openVault(place, { masterKey, formerKey, randomBytes: pagedRandomBytes(), readOnly: true })
    : undefined;
  try {
    const report = await audit({
      store,
      vault,
      policy: policyOf(signer.key, isOwnChain, chain),
      anchors: chain && nodesSaying(chain),
      guard: readHeadGuard(join(folder, LEDGER_FILES.guard)),
      sample: sample === undefined ? undefined : { leaves: sample, randomBytes: pagedRandomBytes() },
    });
    return saidAgain(report);
  } finally {
    await vault?.close();
    await store.close();
  }
}

/** The auditor's policy. */
export function policyOf(log: VerifierKey, isOwnChain: boolean, chain?: ChainTestimony): Policy {
  const { chainId: id = 31_337, contract = `0x${"c".repeat(40)}` } = chain ?? {};
  const accept = isOwnChain ? "evidence" : "trusted-block";
  const witnesses = { keys: [], quorum: 0 };
  return { log, chain: { id, contract, accept }, trustedBlocks: [], rpc: [], sources: [], witnesses };
}

function nodesSaying({ events, open, blockHashAt }: ChainTestimony): AnchorEventReader<AnchorEvent> {
  return { codeHash: async () => "", anchorEvents: async () => ({ anchors: events, open }), blockHashAt };
}

/** Audits a folder, which must be without a finding. */
export async function expectClean(folder: string, options?: AuditFolderOptions): Promise<AuditReport> {
  const report = await auditFolder(folder, options);
  expect(report.findings).to.deep.equal([]);
  expect(report.outcome).to.equal("holds");
  return report;
}

/** A sensor reading: public throughout. */
export function reading(number: number, more: JsonObject = {}): JsonObject {
  const claims = {
    observedAt: "2026-02-03T04:05:06Z",
    temperature: 20 + (number % 10) / 10,
    humidity: 40 + (number % 7),
    battery: 97,
    number,
    station: `north-${number % 13}`,
  };
  return { type: "sensor-reading", source: `santander/env-${number % 5}`, claims, ...more };
}

/** A citizen's report: the four claims after `category` are concealed. */
export function report(number: number, more: JsonObject = {}): JsonObject {
  const claims = {
    category: "pothole",
    text: `the hole number ${number} at my door is deep`,
    reporterName: `Maria Canary-${number}`,
    reporterEmail: `canary-${number}@example.org`,
    latitude: 43.4 + number / 1e6,
  };
  return { type: "citizen-report", source: "santander/app", claims, ...more };
}

/** As many as asked for, of one kind, each with a key. */
export function keyed(make: typeof reading, count: number, prefix = "key"): JsonObject[] {
  return Array.from({ length: count }, (_, i) => make(i, { key: `${prefix}-${i}` }));
}

const folders: string[] = [];
process.once("exit", () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder that goes when the process ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "warifu-ledger-"));
  folders.push(folder);
  return folder;
}

/** A copy of a stopped ledger's folder. */
export function copyFolder(folder: string): string {
  const copy = temporaryFolder();
  cpSync(folder, copy, { recursive: true });
  return copy;
}

/** Takes a file out of a folder. */
export function removeFile(folder: string, file: string): void {
  const path = join(folder, file);
  expect(existsSync(path), path).to.equal(true);
  rmSync(path);
}
