// The command in Spanish and Japanese: what people read is in their language, columns stand below each other, and what
// programs read is the same under every locale.

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { displayWidth } from "../../src/cli/width.ts";
import { createClient } from "../../src/client/client.ts";
import type { BreachFacts } from "../../src/core/breach-event.ts";
import { formatPolicy } from "../../src/core/policy.ts";
import { PROGRAM_DIR } from "../../src/files/program-dir.ts";
import { readingText, submitLines, type Result } from "../http/support/call.ts";
import { bundleFixture } from "../support/bundle-fixture.ts";
import { startSwiftChain, type TestChain } from "../support/chains.ts";
import { temporaryFolder } from "../support/ledger.ts";
import { startService, type TestService } from "../support/service.ts";
import { flip, logFiles, serveLog } from "../verify/support/served-log.ts";
import type { Run } from "./support/command.ts";
import { runHere } from "./support/run-here.ts";

const LOCALES = { es: "es_ES.UTF-8", ja: "ja_JP.UTF-8" } as const;
type Spoken = keyof typeof LOCALES;

/** Lines that are English in every language, behind words that say so, and examples of commands. */
const ENGLISH_LINES =
  /detalle \(en inglés\):|詳細\(英語\):|nota \(en inglés\):|注\(英語\):|^ {2}(?:warifu|curl) |^(?:Uso|使い方): warifu /;
/** Words that make an English sentence, and are none in Spanish. */
const ENGLISH =
  /\b(?:the|is|are|was|were|of|and|with|that|this|not|have|its|it|from|by|to|for|which|what|nothing|record|records|entry|entries|leaf|block|log|key|chain|bundle|holds|refuted|anchored|print|file|source|written)\b/i;
/** What is English all the same: names in commands, options and formats, and what the examples say. */
const PERMITTED =
  /`[^`]*(?:`|$)|\b[A-Z]{2,}\b|"[^"]*"|--?[a-z-]+|<[^>]*>|\[[^\]]*\]|\S*[./:_]\S*|\S*=\S*|\b(?:warifu|submit|prove|verify|audit|list|show|status|help|report|record|key|file|source|log)(?= {2}| \[)|\b(?:log|chain|record)-\S*/g;

const PRIVACY_EXAMPLES = join(PROGRAM_DIR, "examples", "privacy");
const PROCESSING = join(PROGRAM_DIR, "examples", "processing");
/** Reports of a citizen, one for each language. */
const REPORTS = { es: 3, ja: 4 } as const;

/** Verbs with verbs under them, which help one by one. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  source: ["keygen", "list", "show", "add", "rotate", "revoke", "suspend", "resume", "repair"],
  key: ["add", "list", "revoke", "account new", "rotate-vault", "rotate-log", "retire-log", "add-ml-dsa"],
  disclose: ["fetch", "list", "withdraw"],
  report: ["verify", "record"],
  profile: ["check"],
  policy: ["export", "import", "add-tsa"],
  contract: [
    ...["status", "grant-anchorer", "revoke-anchorer", "grant-closer", "revoke-closer", "offer-admin", "accept-admin"],
    ...["close", "deploy"],
  ],
  officer: ["invite", "list", "remove"],
  privacy: [
    ...["find", "notice add", "notice show", "consent give", "consent withdraw", "consent receipt"],
    ...["restrict", "restrictions", "rectify", "lift", "requests", "copy"],
    ...["request open", "request show", "request identity", "request extend", "request done", "request refuse"],
    ...["breach note", "breach amend", "breach list", "breach show", "breach close", "breach tell authority"],
    ...["breach tell people", "breach not-needed", "breach report", "breach people"],
    ...["recipient add", "recipient list", "recipient remove", "provide", "receive", "provisions"],
    ...["deidentify", "retention", "register check", "register export"],
  ],
};

function englishIn(text: string): string[] {
  const lines = text.split("\n").filter((line) => !ENGLISH_LINES.test(line));
  return lines.filter((line) => ENGLISH.test(line.replace(PERMITTED, " ")));
}

describe("the languages of the command", () => {
  const folder = temporaryFolder();
  const log = logFiles(40);
  flip(log, "tile/entries/000.p/40", 81 * 17 + 2 + 50);
  let chain: TestChain;
  let service: TestService;
  let served: Awaited<ReturnType<typeof serveLog>>;
  let contract: string;
  let sent: Required<Result>[];
  let breach: string;
  let request: string;
  const write = (name: string, content: string | Uint8Array): void => writeFileSync(join(folder, name), content);
  before(async () => {
    [chain, served] = await Promise.all([startSwiftChain(), serveLog(log)]);
    service = await startService({ chain, now: () => Date.UTC(2026, 10, 1, 10) });
    contract = (await service.ledger.status()).contract;
    const lines = Array.from({ length: 3 }, (_, i) => readingText(i, { source: "three/1" }));
    const claims = { category: "pothole", text: "deep", language: "en", reporterEmail: "ana@example.org" };
    for (let i = 0; i < 2; i++) lines.push(JSON.stringify({ type: "citizen-report", source: "city/desk", claims }));
    sent = (await submitLines(service, lines.join("\n"))).results as Required<Result>[];
    await service.anchorAll();
    const officer = createClient({ url: service.url, apiKey: service.keys.officer });
    request = (await officer.openRequest({ operation: "access", records: [sent[3]!.id] })).id;
    const facts = JSON.parse(readFileSync(join(PRIVACY_EXAMPLES, "breach.json"), "utf8")) as BreachFacts;
    breach = (await officer.noteBreach({ facts, records: [sent[3]!.id] })).id;
    write("address.txt", "ana@example.org");
    const { bytes, policy } = await bundleFixture();
    write("good.json", bytes);
    write("bad.json", Buffer.from(bytes).toString().replace('"source": "s', '"source": "t'));
    write("its.json", formatPolicy(policy));
    write("log.json", formatPolicy(log.policy));
    write("good.ndjson", `${readingText(0, { source: "three/1" })}\n{"type":"sensor-reading"}\n`);
  });
  after(async () => {
    await service?.stop();
    await Promise.all([chain?.stop(), served?.stop()]);
    rmSync(folder, { recursive: true, force: true });
  });

  const at = (...args: string[]): string[] => [...args, "--url", service.url, "--key", service.keys.auditor];
  const asOfficer = (...args: string[]): string[] => [...args, "--url", service.url, "--key", service.keys.officer];
  const asAdmin = (...args: string[]): string[] => [...args, "--url", service.url, "--key", service.keys.admin];
  const reportOf = (spoken: Spoken): string => sent[REPORTS[spoken]]!.id;
  const privacyRuns = (spoken: Spoken): Readonly<Record<string, string[]>> => {
    const privacy = (...args: string[]): string[] => asOfficer("privacy", ...args);
    return {
      "find a person": privacy("find", "--claim", "reporterEmail", "--value-from", "address.txt"),
      "put a notice in force": privacy("notice", "add", join(PRIVACY_EXAMPLES, `notice-${spoken}.json`)),
      "show a notice": privacy("notice", "show", "--lang", spoken),
      "note consent": privacy("consent", "give", "research", "--lang", spoken),
      "take a request": privacy("request", "open", "access"),
      "recognise who asks": privacy("request", "identity", request),
      "list requests": privacy("requests"),
      "make a copy": privacy("copy", request, "-o", `copy-${spoken}.json`),
      translate: asOfficer("translate", reportOf(spoken), "--to", "es", "--correct", "text=hondo"),
      "restrict a record": privacy("restrict", reportOf(spoken), "--basis", "gdpr-18"),
      "list restrictions": privacy("restrictions", reportOf(spoken)),
      "show a breach": privacy("breach", "show", breach),
      "list breaches": privacy("breach", "list"),
      "report a breach": privacy("breach", "report", breach, "-o", "breach.json"),
      "list people": privacy("breach", "people", breach),
      "add a recipient": privacy(
        ...["recipient", "add", "Example K.K.", "--country", "JP", "--kind", "business-operator"],
        ...["--jurisdiction", "jp-operator"],
      ),
      "list recipients": privacy("recipient", "list"),
      "list provisions": privacy("provisions", reportOf(spoken)),
      "count what is over": privacy("retention", "--dry-run"),
      "refuse a number": privacy("recipient", "remove", "none"),
      "check a register": ["privacy", "register", "check", PROCESSING, "--profiles", join(PROGRAM_DIR, "profiles")],
      "refuse a language": asOfficer("translate", reportOf(spoken), "--to", "Spanish"),
    };
  };
  /** The verbs that speak all languages, with what they say something about. */
  const runs = (spoken: Spoken = "es"): Readonly<Record<string, string[]>> => ({
    "verify a bundle": ["verify", "good.json", "--policy", "its.json"],
    "verify a changed bundle": ["verify", "bad.json", "--policy", "its.json"],
    "verify several": ["verify", "good.json", "bad.json", "its.json", "--policy", "its.json"],
    audit: ["audit", "--from", served.url, "--policy", "log.json"],
    "audit a sample": ["audit", "--from", served.url, "--policy", "log.json", "--sample", "3", "--seed", "x"],
    list: at("list", "--source", "three/1"),
    "list nothing": at("list", "--source", "nobody"),
    "list anchors": at("list", "--anchors"),
    show: at("show", sent[3]!.id, "--lineage"),
    status: at("status"),
    "list sources": ["source", "list", "--url", service.url],
    "show a source": ["source", "show", "three/1", "--url", service.url],
    "register a source": asOfficer("source", "add", `${spoken}/1`),
    "suspend a source": asOfficer("source", "suspend", `${spoken}/1`),
    "resume a source": asOfficer("source", "resume", `${spoken}/1`),
    "let a source go on": asOfficer("source", "repair", `${spoken}/1`, "--from", "1001"),
    "issue a key": asAdmin("key", "add", "gateway", "--role", "submitter", "--source", "a/*", "--expires", "9d"),
    "list keys": asAdmin("key", "list"),
    "refuse the id of a key": ["key", "revoke", "short"],
    "invite somebody": asAdmin("officer", "invite", "--name", "M. R.", "--role", "officer"),
    "list accounts": asAdmin("officer", "list"),
    "check a profile": ["profile", "check", join(PROGRAM_DIR, "profiles", "citizen-report.json")],
    "export a policy": ["policy", "export", "--policy", "its.json", "-o", "its.policy"],
    "write a receipt": ["receipt", sent[0]!.id, "--url", service.url, "-o", "receipt.html"],
    "refuse a port": ["witness", "--port", "none"],
    "find no log to witness": ["witness"],
    "show a contract": ["contract", "status", "--rpc", chain.rpcUrl, "--contract", contract],
    "refuse an account": ["contract", "grant-closer", "nobody"],
    "list grants": asOfficer("disclose", "list"),
    "grant claims": asOfficer(
      ...["disclose", reportOf(spoken), "--claims", "text", "--to", "R", "--purpose", "4711", "--until", "3d"],
    ),
    "withdraw a grant": asOfficer("disclose", "withdraw", "0"),
    "refuse an end": asOfficer("disclose", reportOf(spoken), "--until", "never"),
    ...privacyRuns(spoken),
    erase: asOfficer("erase", reportOf(spoken), "--basis", "gdpr-17-1-a", "--yes"),
    "say what goes": asOfficer("erase", reportOf(spoken), "--basis", "gdpr-17-1-a"),
    withhold: asOfficer("withhold", sent[spoken === "es" ? 1 : 2]!.id, "--reason", "personal-data", "--yes"),
    prove: at("prove", sent[0]!.id, "-o", "one.json"),
    "prove barely": at("prove", sent[0]!.id, "--format", "tlog-proof", "-o", "one.tlog-proof", "--entry", "one.entry"),
    "prove several": at("prove", "--source", "three/1", "-o", "three"),
    "submit, and try first": at("submit", "good.ndjson", "--dry-run"),
    "refuse a file": ["verify", "its.json", "--policy", "its.json"],
    "refuse an option": ["list", "--since", "yesterday"],
    "refuse another option": ["verify", "--polcy", "its.json"],
    "not find a record": at("show", "999999"),
    "not find a service": ["status", "--url", "http://127.0.0.1:9"],
  });
  const submitting = (): string[] => ["submit", "good.ndjson", "--url", service.url, "--key", service.keys.submitter];
  const run = (args: readonly string[], locale: string): Promise<Run> => runHere(args, folder, locale);

  for (const spoken of ["es", "ja"] as const) {
    describe(LOCALES[spoken], () => {
      it("says nothing in English but what it says is English", async () => {
        for (const [what, args] of Object.entries({ ...runs(spoken), submit: submitting() })) {
          const { stdout, stderr } = await run(args, LOCALES[spoken]);
          expect(stdout + stderr, what).not.to.equal("");
          expect(englishIn(stdout + stderr), what).to.deep.equal([]);
        }
      });

      it("helps in its own words, in columns that stand below each other", async () => {
        const grouped = Object.entries(GROUPS).flatMap(([group, verbs]) => [
          group,
          ...verbs.map((one) => `${group} ${one}`),
        ]);
        for (const verb of [
          "verify",
          "audit",
          "list",
          "show",
          "status",
          "prove",
          "submit",
          "erase",
          "withhold",
          "receipt",
          "start",
          "witness",
          "stamp",
          "serve-log",
          "export-log",
          "migrate",
          "translate",
          ...grouped,
        ]) {
          const { code, stdout } = await run([...verb.split(" "), "--help"], LOCALES[spoken]);
          expect([code, englishIn(stdout)], verb).to.deep.equal([0, []]);
          expect(describedAt(stdout, spoken), verb).to.have.length(1);
        }
      });

      it("sets the steps of a verdict and the lines of a status in columns", async () => {
        const { stdout } = await run(runs()["verify a bundle"] as string[], LOCALES[spoken]);
        const steps = stdout.split("\n").slice(0, 11);
        expect(new Set(steps.map(secondColumn))).to.have.length(1);
        const status = (await run(runs()["status"] as string[], LOCALES[spoken])).stdout.split("\n").slice(0, 8);
        expect(new Set(status.map(secondColumn))).to.have.length(1);
      });

      it("leaves the documents of programs, and exit codes, as they are", async () => {
        for (const what of [
          "verify a changed bundle",
          "verify several",
          "audit",
          "list",
          "show",
          "not find a record",
        ]) {
          const args = [...(runs()[what] as string[]), "--json"];
          const [english, other] = [await run(args, "C"), await run(args, LOCALES[spoken])];
          expect([other.code, other.stdout], what).to.deep.equal([english.code, english.stdout]);
        }
      });

      it("is a report's too, whose findings and steps are in it; its JSON stays", async () => {
        await run(["verify", "bad.json", "good.json", "--policy", "its.json", "--report", "r.html"], LOCALES[spoken]);
        const page = readFileSync(join(folder, "r.html"), "utf8");
        expect(page).to.contain(spoken === "es" ? "refutado en el paso «La fuente»" : "「送信元」で不成立");
        await run(["verify", "bad.json", "good.json", "--policy", "its.json", "--report", "r.json"], LOCALES[spoken]);
        expect(readFileSync(join(folder, "r.json"), "utf8")).to.contain('refuted at step \\"source\\"');
        await run(["audit", "--from", served.url, "--policy", "log.json", "--report", "a.html"], LOCALES[spoken]);
        expect(readFileSync(join(folder, "a.html"), "utf8")).to.contain(spoken === "es" ? "hoja 17" : "リーフ 17");
      });
    });
  }

  it("is English where a locale asks for nothing that there is", async () => {
    for (const locale of ["C", "POSIX", "", "de_DE.UTF-8", "C.UTF-8", "estonian", "en_US.UTF-8"])
      expect((await run(["list", "--help"], locale)).stdout, locale).to.match(/^Usage: warifu list/);
  });

  it("is what --lang says, before and behind a verb, and no language that there is not", async () => {
    expect((await run(["list", "--help", "--lang", "es"], LOCALES.ja)).stdout).to.match(/^Uso: /);
    expect((await run(["--lang=ja", "list", "--help"], "C")).stdout).to.match(/^使い方: /);
    expect((await run(["list", "--lang", "en", "--help"], LOCALES.es)).stdout).to.match(/^Usage: /);
    const { code, stderr } = await run(["list", "--lang", "fr"], "C");
    expect([code, stderr]).to.satisfy(([c, text]: [number, string]) => c === 2 && text.includes("Allowed choices"));
  });

  it("shows sources to whoever has no key, and sends none that it was not given", async () => {
    process.env["WARIFU_API_KEY"] = "wk_of_another_service";
    try {
      const args = ["source", "list", "--url", service.url];
      const { code, stdout } = await run(args, "C");
      expect([code, stdout]).to.satisfy(
        ([c, text]: [number, string]) => c === 0 && text.includes("three/1  3 records"),
      );
      expect((await run(["source", "show", "three/1", "--url", service.url], "C")).code).to.equal(0);
    } finally {
      delete process.env["WARIFU_API_KEY"];
    }
  });

  it("leaves --lang to the verb that means something else by it", async () => {
    const { stdout } = await run(["privacy", "consent", "give", "--lang", "es", "--help"], "C");
    expect(stdout).to.match(/^Usage: warifu privacy consent give/);
  });
});

/** The column in which descriptions of options begin; more than one if they do not stand below each other. */
function describedAt(help: string, spoken: Spoken): Set<number> {
  const heading = spoken === "es" ? "Opciones:" : "オプション:";
  const lines = help.slice(help.indexOf(heading)).split("\n").slice(1);
  const options = lines.slice(0, lines.indexOf("")).filter((line) => /^ {2}-/.test(line));
  return new Set(options.map((line) => displayWidth(/^ {2}-.*? {2,}/.exec(line)?.[0] ?? "")));
}

/** Where the second column of a line begins. */
function secondColumn(line: string): number {
  return displayWidth(/^(?:[✓✗?–] )?\S.*? {2,}/u.exec(line)?.[0] ?? line);
}
