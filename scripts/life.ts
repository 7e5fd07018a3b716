/**
 * The life of one citizen's report, told by the commands that an officer and an auditor would type: notice, report with a
 * picture, consent, disclosure, correction, transfer to a company and not to a public body, access, erasure. After each
 * step the report is verified and the log audited. It runs a service of its own in a temporary folder, and leaves nothing. The
 * commands run within this process: there are some forty, and what a process takes to start is no part of the story.
 *
 * WARIFU_JURISDICTION is the one setting that says whose law it is: `eu` or `jp-operator`.
 */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main } from "../src/cli/main.ts";
import { createClient, type Client } from "../src/client/client.ts";
import { parseConfig } from "../src/config.ts";
import { startService, type Service } from "../src/main.ts";
import { freePort } from "./free-port.ts";

const ROOT = join(import.meta.dirname, "..");
const STREET = join(ROOT, "examples/street.jpg");
const PERSON = "ana@example.org";
const PURPOSE = "research";
/** Files of the stage. */
const REPORT = "report.bundle.json";
const POLICY = "data/policy.json";

/** The other side of the border, by jurisdiction: who may be given records, and who may not. */
interface Abroad {
  readonly notice: string;
  readonly country: string;
  readonly company: readonly string[];
  readonly publicBody: readonly string[];
}

const JAPAN: Omit<Abroad, "notice"> = {
  country: "JP",
  company: ["Example K.K.", "--country", "JP", "--kind", "business-operator", "--jurisdiction", "jp-operator"],
  publicBody: ["Fujisawa City", "--country", "JP", "--kind", "public-body", "--jurisdiction", "jp-public-body"],
};
const EUROPE: Omit<Abroad, "notice"> = {
  country: "ES",
  company: ["Example S.L.", "--country", "ES", "--kind", "business-operator", "--jurisdiction", "eu"],
  publicBody: ["A city elsewhere", "--country", "BR", "--kind", "public-body", "--jurisdiction", "br"],
};
const ABROAD: Readonly<Record<string, Abroad>> = {
  eu: { ...JAPAN, notice: "notice-es.json" },
  "jp-operator": { ...EUROPE, notice: "notice-ja.json" },
};

/** What a command said. */
interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A place of its own where commands are run. */
class Stage {
  readonly folder = mkdtempSync(join(tmpdir(), "warifu-life-"));
  readonly url: string;
  readonly environment: NodeJS.ProcessEnv;

  constructor(port: number, chainPort: number) {
    this.url = `http://127.0.0.1:${port}`;
    this.environment = {
      ...process.env,
      WARIFU_DATA_DIR: join(this.folder, "data"),
      WARIFU_HTTP_PORT: String(port),
      WARIFU_CHAIN_PORT: String(chainPort),
      WARIFU_URL: this.url,
      WARIFU_ANCHOR_SECONDS: "1",
      WARIFU_LOG_LEVEL: "warn",
      NO_COLOR: "1",
    };
  }

  /** Runs a command and shows it, with the lines that fit. @throws if it does not end as expected */
  async warifu(args: readonly string[], { code = 0, shows = /./ } = {}): Promise<void> {
    say(`$ warifu ${args.map(shown).join(" ")}`);
    const ran = await this.#run(args);
    const told = (code === 0 ? ran.stdout : ran.stderr).split("\n").filter((line) => shows.test(line));
    for (const line of told) say(`    ${line}`);
    if (ran.code !== code) throw new TypeError(`it ended with ${ran.code} and not ${code}: ${ran.stdout}${ran.stderr}`);
  }

  /** Runs a command for what it says to programs. */
  async json<T>(args: readonly string[]): Promise<T> {
    say(`$ warifu ${args.map(shown).join(" ")}`);
    const ran = await this.#run([...args, "--json"]);
    if (ran.code !== 0) throw new TypeError(`it ended with ${ran.code}: ${ran.stdout}${ran.stderr}`);
    return JSON.parse(ran.stdout) as T;
  }

  /** Runs it in the stage's folder and environment; nothing else writes meanwhile. */
  async #run(args: readonly string[]): Promise<Ran> {
    const ran = { stdout: "", stderr: "" };
    const own = { stdout: process.stdout.write, stderr: process.stderr.write };
    const names = ["stdout", "stderr"] as const;
    for (const name of names)
      process[name].write = ((text: string | Uint8Array) => {
        ran[name] += typeof text === "string" ? text : Buffer.from(text).toString();
        return true;
      }) as typeof own.stdout;
    try {
      return { code: await main([...args]), ...ran };
    } finally {
      for (const name of names) process[name].write = own[name];
    }
  }
}

const jurisdiction = process.env["WARIFU_JURISDICTION"] ?? "eu";
const abroad = ABROAD[jurisdiction];
if (abroad === undefined) throw new TypeError(`WARIFU_JURISDICTION: there is ${Object.keys(ABROAD).join(", ")}`);
const stage = new Stage(await freePort(), await freePort());
Object.assign(process.env, stage.environment);
process.chdir(stage.folder);
const config = parseConfig(process.env);
const service = await startService(config);
try {
  await live(stage, service, abroad);
} finally {
  await service.close();
  process.chdir(ROOT);
  rmSync(stage.folder, { recursive: true, force: true });
}

async function live(stage: Stage, service: Service, abroad: Abroad): Promise<void> {
  const keys = JSON.parse(readFileSync(service.apiKeysFile, "utf8")) as { submitter: string; officer: string };
  const officer = createClient({ url: stage.url, apiKey: keys.officer });
  const { operations, law } = await officer.law();
  const basisOf = (name: keyof typeof operations): string => operations[name]?.provisions[0] ?? "";
  say(`One report under the law of ${jurisdiction} (${law})`);

  heading("The notice comes into force");
  copyFileSync(join(ROOT, "examples/privacy", abroad.notice), join(stage.folder, abroad.notice));
  await stage.warifu(["privacy", "notice", "add", abroad.notice]);

  heading("A citizen reports, with a picture");
  const id = await sendReport(stage, keys.submitter, "A deep hole before my door", { withPicture: true });
  await stage.warifu(["prove", id, "-o", REPORT, "--wait", "120"]);
  await check(stage, service);

  heading("and consents to research abroad");
  writeFileSync(join(stage.folder, "address"), PERSON);
  const find = ["privacy", "find", "--claim", "reporterEmail", "--value-from", "address"];
  const { subjects } = await stage.json<{ subjects: string[] }>(find);
  const [subject = ""] = subjects;
  const language = abroad.notice.slice("notice-".length, -".json".length);
  const consent = ["privacy", "consent", "give", PURPOSE, "--lang", language, "--subject", subject];
  await stage.warifu(consent);
  await stage.warifu([...consent, "--country", abroad.country]);
  await check(stage, service);

  heading("An auditor is shown the text, and nothing else");
  const until = ["--purpose", "audit of repairs", "--purpose-code", "audit", "--until", "1d"];
  const granted = await stage.json<{ token: string }>([
    "disclose",
    id,
    "--claims",
    "text",
    "--to",
    "Audit office",
    ...until,
  ]);
  writeFileSync(join(stage.folder, "token"), granted.token);
  await stage.warifu(["disclose", "fetch", "--token-file", "token", "-o", "disclosed.json"]);
  await stage.warifu(["verify", "disclosed.json", "--policy", POLICY], { shows: /holds:|opened|text / });
  await check(stage, service);

  heading("It is corrected");
  const right = await sendReport(stage, keys.submitter, "A deep hole before the house next to mine");
  await stage.warifu(["privacy", "rectify", id, right, "--basis", basisOf("rectify")]);
  await check(stage, service);

  heading("A company abroad is given it on a basis of law, a public body without one is not");
  await stage.warifu(["privacy", "recipient", "add", ...abroad.company]);
  await stage.warifu(["privacy", "recipient", "add", ...abroad.publicBody]);
  const give = (to: readonly string[]): string[] => [
    ...["privacy", "provide", right, "--recipient", to[0] ?? "", "--claims", "text"],
    ...["--purpose", PURPOSE, "-o", "given.json"],
  ];
  await stage.warifu(["prove", right, "-o", "right.json", "--wait", "120"]);
  await stage.warifu(give(abroad.company));
  await stage.warifu(give(abroad.publicBody), { code: 2 });
  await check(stage, service);

  heading("The citizen asks what is kept");
  const access = await openRequest(stage, officer, "access", subject);
  await stage.warifu(["privacy", "copy", access, "-o", "copy.json"]);
  const copy = readFileSync(join(stage.folder, "copy.json"), "utf8");
  say(`    the copy has the text: ${copy.includes("A deep hole") ? "yes" : "no"}`);
  await finishRequest(stage, officer, access);
  await check(stage, service);

  heading("and asks that it be erased");
  const erase = await openRequest(stage, officer, "erase", subject);
  for (const one of [id, right]) await stage.warifu(["erase", one, "--basis", basisOf("erase"), "--yes"]);
  await finishRequest(stage, officer, erase);
  const { subjects: left } = await stage.json<{ subjects: string[] }>(find);
  say(`    people found by that address: ${left.length}`);
  await stage.warifu(["show", id, "--lineage"]);
  await check(stage, service);
}

/** The report still verifies, and everything else is as it should be. */
async function check(stage: Stage, { chainUrl }: Service): Promise<void> {
  await stage.warifu(["verify", REPORT, "--policy", POLICY], { shows: /^[✓✗?] (holds|refuted|cannot)/ });
  await stage.warifu(["audit", "--rpc", chainUrl], { shows: /^[✓✗?] / });
}

async function sendReport({ url }: Stage, key: string, text: string, { withPicture = false } = {}): Promise<string> {
  const claims = { category: "pothole", area: "centro", text, reporterEmail: PERSON };
  const record = JSON.stringify({ type: "citizen-report", source: "street-app", claims });
  const form = new FormData();
  form.set("record", record);
  if (withPicture) form.set("file", new Blob([readFileSync(STREET)], { type: "image/jpeg" }), "street.jpg");
  const headers = { authorization: `Bearer ${key}` };
  const plain = { headers: { ...headers, "content-type": "application/json" }, body: record };
  const answer = await fetch(`${url}/v1/records`, {
    method: "POST",
    ...(withPicture ? { headers, body: form } : plain),
  });
  if (answer.status !== 201) throw new TypeError(`the report was answered ${answer.status}: ${await answer.text()}`);
  const { id } = (await answer.json()) as { id: string };
  say(`    record ${id}`);
  return id;
}

async function openRequest(stage: Stage, officer: Client, operation: string, subject: string): Promise<string> {
  const { id } = await stage.json<{ id: string }>(["privacy", "request", "open", operation, "--subject", subject]);
  const { due, needs } = await officer.request(id);
  say(`    due ${new Date(due * 1_000).toISOString()}; done takes: ${needs?.done.join(", ") ?? ""}`);
  return id;
}

async function finishRequest(stage: Stage, officer: Client, id: string): Promise<void> {
  const { needs, operation } = await officer.request(id);
  const { records = [] } = (await officer.law()).operations[operation] ?? {};
  if (records.includes("identity-check")) await stage.warifu(["privacy", "request", "identity", id]);
  await stage.warifu(["privacy", "request", "done", id, "--told", (needs?.done ?? []).join(",")]);
}

function heading(text: string): void {
  say(`\n${text}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function shown(word: string): string {
  return /^[\w@./:=,-]+$/.test(word) ? word : JSON.stringify(word);
}
