// The audit of a log over HTTP holds records against the log's own events about their sources. Whatever an honest log can
// hold passes; what the events forbid is named; what does not show is noted and never a fault.

import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";

import { expect } from "chai";

import { formatEventBody, isSigned, parseBody } from "../../src/core/body.ts";
import { toHex } from "../../src/core/bytes.ts";
import { openingDigest, type Opening } from "../../src/core/opening.ts";
import type { Entry } from "../../src/core/entry.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { logIdOf, sourceIdOf } from "../../src/core/record.ts";
import { sourceEventContent, SOURCE_EVENT_VCT, type SourceEvent } from "../../src/core/source-event.ts";
import { ed25519SourceKey, keyThumbprint, parseSourceKey, type SourceKey } from "../../src/core/source-key.ts";
import { signedBytesOf } from "../../src/core/source-signature.ts";
import { AuditFindings, type AuditReport } from "../../src/verify/audit-findings.ts";
import { auditLog, LogAudit, type LogAuditOptions } from "../../src/verify/audit-log.ts";
import { httpLogReader } from "../../src/verify/log-reader.ts";
import { saidAgain } from "../support/said-again.ts";
import { signingKey, type SigningKey } from "../support/signing-key.ts";
import { addBody, logFiles, ORIGIN, serveLog } from "./support/served-log.ts";
import { recordBodyOf } from "../support/record-body.ts";

const S = "santander/env-1";
const [PAIR, NEXT] = [signingKey(41), signingKey(42)];
const keyOf = (pair: SigningKey): SourceKey => ed25519SourceKey(pair.publicKey);
const KEY = keyOf(PAIR);
const NO_CHAIN = "no chain was asked: the log was not compared with its anchors";
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

/** An entry on its way into a log: its body says all but the source's number. */
interface Entering {
  readonly kind: "record" | "source";
  readonly sourceId: Uint8Array;
  readonly body: (seq: number) => Uint8Array;
  readonly isWithheld?: boolean;
}

const DIGESTS = Array.from({ length: 8 }, (_, at) => openingDigest(`decoy ${at}`)).sort();

function event(said: SourceEvent, { sourceId = logIdOf(ORIGIN), vct = SOURCE_EVENT_VCT } = {}): Entering {
  const isConcealing = ("key" in said && said.key === "concealed") || said.action === "conflict";
  const content = { ...sourceEventContent(said), ...(isConcealing && { _sd: DIGESTS }) };
  const head = { iat: 1_795_334_400, iss: ORIGIN, src: toHex(sourceId), vct };
  return { kind: "source", sourceId, body: (seq) => formatEventBody({ ...head, seq }, "source", content) };
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

type Evidence = JsonObject | ((record: Uint8Array) => JsonObject);

function record(evidence?: Evidence, { source = S, concealed }: { source?: string; concealed?: string | false } = {}) {
  const sourceId = sourceIdOf(ORIGIN, source);
  const claims = { temperature: 16.4 };
  const body = (seq: number): Uint8Array => {
    const part = { type: "sensor-reading", source, seq, claims };
    const shown = typeof evidence === "function" ? evidence(signedBytesOf(part)) : evidence;
    const content = { ...claims, ...(shown && { evidence: shown }), ...(concealed !== undefined && { _sd: DIGESTS }) };
    const head = { iat: 1_795_334_400, iss: ORIGIN, seq, src: toHex(sourceId), vct: "warifu:sensor-reading:1" };
    return recordBodyOf(head, content, concealed);
  };
  return { kind: "record", sourceId, body } satisfies Entering;
}

/** Signed over its canonical form. */
const signed = (pair: SigningKey, more?: Parameters<typeof record>[1]): Entering =>
  record((bytes) => ({ alg: "Ed25519", key: base64(pair.publicKey), sig: base64(pair.sign(bytes)) }), more);

const FORGED = { alg: "Ed25519", key: base64(PAIR.publicKey), sig: base64(new Uint8Array(64).fill(9)) };

const REGISTERED = event({ action: "register", name: S, key: KEY });
const SUSPENDED = event({ action: "suspend", name: S });
const RESUMED = event({ action: "resume", name: S });

interface Options extends Partial<LogAuditOptions> {
  /** What is known of the concealed claims of each leaf. */
  readonly opened?: readonly (readonly Opening[])[];
}

async function audit(entries: readonly Entering[], { opened, ...options }: Options = {}): Promise<AuditReport> {
  const next = new Map<string, number>();
  const made = entries.map(({ kind, sourceId, body, isWithheld = false }) => {
    const seq = next.get(toHex(sourceId)) ?? 0;
    next.set(toHex(sourceId), seq + 1);
    const bytes = body(seq);
    const entry: Entry = { kind, sourceId, seq, bodyDigest: sha256(bytes) };
    return { entry, bytes, isWithheld };
  });
  const log = logFiles(entries.length, { entry: (at) => made[at]!.entry });
  for (const { bytes, isWithheld } of made) if (!isWithheld) addBody(log.files, bytes);
  const served = await serveLog(log);
  const reader = httpLogReader(served.url, { requestTimeoutMs: 60_000, retryPauseMs: 1 });
  const { policy } = log;
  if (!opened) return saidAgain(await auditLog({ log: reader, policy, ...options }).finally(() => served.stop()));
  const withheldAbove = async () => new Set<number>();
  const source = { reader, origin: ORIGIN, mayGrow: false, withheldAbove, sourceName: () => undefined };
  const alsoCheck = async ({ leafIndex }: { leafIndex: number }) => opened[leafIndex];
  const run = new LogAudit({ policy, ...source, alsoCheck }, new AuditFindings());
  const { length: size } = entries;
  await run.walk({ size, headAbove: async () => undefined, observers: [] }, size).finally(() => served.stop());
  return saidAgain(await run.conclude(size));
}

const found = ({ findings }: AuditReport): string[] => findings.map(({ code, where }) => `${code} ${where}`);
const factsOf = ({ findings }: AuditReport): unknown[] => findings.map(({ fact }) => fact);
const notesOf = ({ noteFacts }: AuditReport): unknown[] => noteFacts.filter(({ id }) => id !== "no-chain");

async function expectHolds(entries: readonly Entering[], notes: readonly object[] = []): Promise<void> {
  const report = await audit(entries);
  expect([report.outcome, found(report), notesOf(report)]).to.deep.equal(["holds", [], notes]);
}

describe("auditLog and the rules of sources", () => {
  it("holds where every source keeps to its events, through rotations, revocations and suspensions", async () => {
    await expectHolds([
      record(),
      REGISTERED,
      signed(PAIR),
      event({ action: "rotate", name: S, key: keyOf(NEXT), ends: [1] }),
      signed(NEXT),
      event({ action: "rotate", name: S, key: KEY, ends: [] }),
      signed(NEXT),
      signed(PAIR),
      event({ action: "revoke", name: S, ends: [3], reason: "retired" }),
      signed(PAIR),
      SUSPENDED,
      event({ action: "conflict", name: S, seq: 2, first: 4, omitted: 0 }),
      RESUMED,
      event({ action: "repair-seq", name: S, from: 6 }),
      signed(PAIR),
      event({ action: "register", name: "keyless/1" }),
      record(undefined, { source: "keyless/1" }),
      record(FORGED, { source: "strange/1" }),
    ]);
  });

  it("names what a source that has had a key did not sign, even when no key counts any more", async () => {
    const report = await audit([
      REGISTERED,
      record(),
      record(undefined, { concealed: false }),
      event({ action: "revoke", name: S, ends: [0], reason: "lost" }),
      record(),
    ]);
    expect(found(report)).to.deep.equal([1, 2, 4].map((leaf) => `SIGNATURE_REQUIRED leaf ${leaf}`));
    expect(factsOf(report)[0]).to.deep.equal({ id: "signature-missing", source: S, since: 0 });
    expect(report.outcome).to.equal("refuted");
  });

  it("names a signature that is none, whatever its form", async () => {
    const strange = { jws: "a.b.c", key: { kty: "RSA" } };
    const forged = [FORGED, { ...FORGED, alg: "none" }, { jws: "a.b.c", key: KEY }, strange, { text: "signed" }];
    const report = await audit([REGISTERED, ...forged.map((evidence) => record(evidence)), signed(PAIR)]);
    expect(report.findings.map(({ where }) => where)).to.deep.equal([1, 2, 3, 4, 5].map((leaf) => `leaf ${leaf}`));
    expect(report.findings[0]!.code).to.equal("SOURCE_SIGNATURE_INVALID");
  });

  it("names what entered while its source was suspended", async () => {
    const report = await audit([SUSPENDED, record(), REGISTERED, signed(PAIR), RESUMED, signed(PAIR)]);
    expect(found(report)).to.deep.equal(["SOURCE_SUSPENDED leaf 1", "SOURCE_SUSPENDED leaf 3"]);
    expect(factsOf(report)[0]).to.deep.equal({ id: "source-was-suspended", source: S });
  });

  it("names a key that did not count: never registered, of another source, replaced, or revoked", async () => {
    const other = event({ action: "register", name: "other/1", key: keyOf(NEXT) });
    const report = await audit([
      REGISTERED,
      other,
      signed(NEXT),
      event({ action: "rotate", name: S, key: keyOf(NEXT), ends: [0] }),
      signed(PAIR),
      event({ action: "revoke", name: S, ends: [3], reason: "compromised" }),
      signed(NEXT),
    ]);
    expect(found(report)).to.deep.equal([2, 4, 6].map((leaf) => `SOURCE_KEY_REFUSED leaf ${leaf}`));
    const [used, next] = [KEY, keyOf(NEXT)].map(keyThumbprint);
    expect(factsOf(report)).to.deep.equal([
      { id: "source-key-not-counting", source: S, thumbprint: next, ended: null },
      { id: "source-key-not-counting", source: S, thumbprint: used, ended: { endedAt: 3, why: "replaced" } },
      { id: "source-key-not-counting", source: S, thumbprint: next, ended: { endedAt: 5, why: "compromised" } },
    ]);
  });

  it("notes signatures that are concealed, and whatever could be by a person's key", async () => {
    const personal = event({ action: "register", name: S, key: "concealed" });
    const commitment = openingDigest("any");
    await expectHolds(
      [personal, record(undefined, { concealed: commitment }), signed(PAIR)],
      [
        { id: "source-signatures-hidden", count: 1 },
        { id: "source-keys-hidden", count: 1 },
      ],
    );
    // An older body does not say whether it is signed; one that shows its signature may still conceal what that covers.
    const partly = signed(PAIR, { concealed: commitment });
    const older = { ...record(), body: withoutSaying };
    await expectHolds([REGISTERED, partly, older], [{ id: "source-signatures-hidden", count: 2 }]);
    const ended = event({ action: "revoke", name: S, ends: [0], reason: "lost" });
    expect(found(await audit([personal, ended, signed(PAIR)]))).to.deep.equal(["SOURCE_KEY_REFUSED leaf 2"]);
  });

  it("checks persons' keys and concealed signatures where they are opened", async () => {
    const salt = new Uint8Array(32).fill(3);
    const personal = event({ action: "register", name: S, key: "concealed" });
    const bytes = signedBytesOf({ type: "sensor-reading", source: S, seq: 0, claims: { temperature: 16.4 } });
    const opened = (pair: SigningKey) => {
      const value = { alg: "Ed25519", key: base64(pair.publicKey), sig: base64(pair.sign(bytes)) };
      return [[{ salt, name: "key", value: KEY }], [{ salt, name: "evidence", value }]];
    };
    const commitment = sha256(Buffer.concat([salt, bytes])).toString("base64url");
    const log = [personal, record(undefined, { concealed: commitment })];
    const honest = await audit(log, { opened: opened(PAIR) });
    expect([found(honest), notesOf(honest)]).to.deep.equal([[], []]);
    expect(found(await audit(log, { opened: opened(NEXT) }))).to.deep.equal(["SOURCE_KEY_REFUSED leaf 1"]);
    const forged = [{ salt, name: "evidence", value: FORGED }];
    expect(found(await audit(log, { opened: [[], forged] }))).to.deep.equal(["SOURCE_SIGNATURE_INVALID leaf 1"]);
    const other = [
      event({ action: "suspend", name: S }),
      event({ action: "conflict", name: S, seq: 0, first: 1, omitted: 0 }),
    ];
    const odd = await audit(other, { opened: [[], [{ salt, name: "key", value: 1 }]] });
    expect(found(odd)).to.deep.equal([]);
  });

  it("leaves open what an event that it cannot read may have allowed, and nothing else", async () => {
    // A body that nothing withholds is a fault of its own.
    const missing = { ...RESUMED, isWithheld: true };
    const unread: readonly Entering[] = [missing, event({ action: "resume", name: S }, { vct: "warifu:source:2" })];
    const rest = [signed(PAIR), signed(NEXT)];
    for (const one of unread) {
      const report = await audit([REGISTERED, SUSPENDED, one, ...rest]);
      const expected = one === missing ? ["refuted", ["NOT_FOUND leaf 2"]] : ["undecided", []];
      expect([report.outcome, found(report)]).to.deep.equal(expected);
      expect(notesOf(report)).to.deep.include({ id: "source-events-unread", count: 1 });
    }
    const unsigned = await audit([REGISTERED, ...unread, record()]);
    expect(found(unsigned)).to.deep.equal(["SIGNATURE_REQUIRED leaf 3", "NOT_FOUND leaf 1"]);
  });

  it("names an event that is none, or that another source entered, and takes it for nothing", async () => {
    const wrong = { ...sourceEventContent({ action: "resume", name: S }), more: 1 };
    const malformed = { ...RESUMED, body: (seq: number) => eventBody(seq, wrong) };
    const foreign = event({ action: "resume", name: S }, { sourceId: sourceIdOf(ORIGIN, S) });
    for (const [one, code] of [
      [malformed, "BODY_INVALID"],
      [foreign, "BODY_MISMATCH"],
    ] as const)
      expect(found(await audit([SUSPENDED, one, record()]))).to.deep.equal([`${code} leaf 1`]);
  });

  it("follows no event past an entry that it cannot read", async () => {
    const unreadable = { ...record(), body: () => new TextEncoder().encode("{}") };
    const report = await audit([SUSPENDED, unreadable, record()]);
    expect(found(report)).to.deep.equal(["BODY_INVALID leaf 1"]);
  });

  it("checks P-256 keys where the platform can, and leaves them open where it cannot", async () => {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const key = parseSourceKey(publicKey.export({ format: "jwk" }) as JsonObject);
    const jws = (seq: number): string => {
      const part = { type: "sensor-reading", source: S, seq, claims: { temperature: 16.4 } };
      const text = [{ alg: "ES256" }, part].map((one) => Buffer.from(JSON.stringify(one)).toString("base64url"));
      const signature = sign("sha256", Buffer.from(text.join(".")), { key: privateKey, dsaEncoding: "ieee-p1363" });
      return [...text, signature.toString("base64url")].join(".");
    };
    const log = [event({ action: "register", name: S, key }), record({ jws: jws(0), key }), record({ text: 1 })];
    expect(found(await audit(log))).to.deep.equal(["RECORD_INVALID leaf 2"]);
    const held = Object.getOwnPropertyDescriptor(globalThis, "crypto") as PropertyDescriptor;
    Object.defineProperty(globalThis, "crypto", { value: undefined, configurable: true });
    try {
      const report = await audit(log);
      expect(found(report)).to.deep.equal(["RECORD_INVALID leaf 2"]);
      expect(notesOf(report)).to.deep.equal([{ id: "source-signatures-unchecked", count: 1 }]);
    } finally {
      Object.defineProperty(globalThis, "crypto", held);
    }
  });

  it("cannot apply them to a sample, and says so", async () => {
    const entries = [REGISTERED, ...Array.from({ length: 9 }, () => record())];
    const { outcome, notes } = await audit(entries, { sample: { leaves: 5, randomBytes } });
    expect([outcome, notes.length]).to.deep.equal(["holds", 2]);
    expect(notes).to.include(NO_CHAIN);
    expect(notes.join()).to.include("whether sources signed as they must, were not checked");
  });

  function eventBody(seq: number, content: JsonObject): Uint8Array {
    const head = { iat: 1_795_334_400, iss: ORIGIN, seq, src: toHex(logIdOf(ORIGIN)), vct: SOURCE_EVENT_VCT };
    return formatEventBody(head, "source", content);
  }

  /** A body that conceals something and has no member `signed`. */
  function withoutSaying(seq: number): Uint8Array {
    const head = { iat: 1_795_334_400, iss: ORIGIN, seq, src: toHex(sourceIdOf(ORIGIN, S)), vct: "warifu:report:1" };
    const bytes = recordBodyOf(head, { _sd: DIGESTS });
    expect(isSigned(parseBody(bytes))).to.equal(undefined);
    return bytes;
  }
});
