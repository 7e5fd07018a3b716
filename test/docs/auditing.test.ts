// docs/auditing.md, an auditor's hour, followed literally: from a policy file and an address to a signed report that names the one
// record that was altered, among more than a thousand that the operator's own database calls sound.

import { createHash } from "node:crypto";
import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { expect } from "chai";
import { getDocumentProxy, extractText } from "unpdf";

import { blocksOf, readDocument, type Block } from "./support/documents.ts";
import { startDocumentedService, type RunningService } from "./support/running-service.ts";

const DOCUMENT = readDocument("docs/auditing.md");
const RECORDS = Number(process.env["WARIFU_AUDITED_RECORDS"] ?? 1_500);
const ALTERED = 1_234;

describe("docs/auditing.md", function () {
  this.timeout(600_000);
  let service: RunningService;
  let folder: string;
  before(async () => {
    service = await startDocumentedService();
    await service.says(/^check it yourself:$/m);
    folder = dirname(service.dataDir);
    const lines = Array.from({ length: RECORDS }, (_, at) =>
      JSON.stringify({ type: "sensor-reading", source: `santander/env-${at % 7}`, claims: { temperature: at / 100 } }),
    );
    writeFileSync(join(folder, "readings.ndjson"), `${lines.join("\n")}\n`);
    const sent = await service.run("npx warifu submit readings.ndjson --yes && npx warifu status --json > status.json");
    expect(sent.exitCode, sent.output).to.equal(0);
    copyFileSync(join(service.dataDir, "policy.json"), join(folder, "policy.json"));
  });
  after(async () => void (await service.stop()));

  const blocks = blocksOf(DOCUMENT);
  const follow = async (block: Block, expected?: Block): Promise<void> => {
    const { exitCode, output } = await service.run(block.content);
    const wanted = Number(block.flags.find((flag) => flag.startsWith("exit="))?.slice(5) ?? 0);
    expect(exitCode, `${block.where}\n${output}`).to.equal(wanted);
    for (const line of expected?.content.split("\n").filter((one) => one !== "…") ?? []) {
      const pattern = line.split("…").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
      expect(output, block.where).to.match(new RegExp(`^${pattern.join(".*")}$`, "m"));
    }
  };

  it("is followed to the letter, and finds the altered record", async () => {
    await anchored(service);
    const commands = blocks.flatMap((block, at) =>
      block.flags.includes("test")
        ? [{ block, expected: blocks[at + 1]?.language === "text" ? blocks[at + 1] : undefined }]
        : [],
    );
    const before = commands.slice(0, 2);
    for (const { block, expected } of before) await follow(block, expected);
    alterOneRecord(service.dataDir);
    for (const { block, expected } of commands.slice(before.length)) await follow(block, expected);
    const pdf = await getDocumentProxy(new Uint8Array(readFileSync(join(folder, "audit.pdf"))));
    const { text } = await extractText(pdf, { mergePages: true });
    expect(text.replaceAll(/\s+/g, " ")).to.include(`leaf ${ALTERED} is damaged`);
    expect(readFileSync(join(folder, "informe.html"), "utf8"))
      .to.include('<html lang="es">')
      .and.not.include("<script");
    expect(existsSync(join(folder, "ledger.audit"))).to.equal(true);
  });
});

/** Changes what a record says, with its digest, as whoever has the database can. It stays sound in itself. */
function alterOneRecord(dataDir: string): void {
  const db = new DatabaseSync(join(dataDir, "ledger.sqlite"), { timeout: 60_000 });
  try {
    const { body } = db.prepare("SELECT body FROM entry WHERE leaf_index = ?").get(ALTERED) as { body: Uint8Array };
    const altered = Buffer.from(
      Buffer.from(body)
        .toString()
        .replace(/"temperature":[\d.]+/, '"temperature":99'),
    );
    const digest = createHash("sha256").update(altered).digest();
    db.prepare("UPDATE entry SET body = ?, body_digest = ? WHERE leaf_index = ?").run(altered, digest, ALTERED);
    expect(altered.equals(body)).to.equal(false);
    expect(db.prepare("PRAGMA integrity_check").get()).to.deep.equal({ integrity_check: "ok" });
    const row = db.prepare("SELECT body, body_digest AS digest FROM entry WHERE leaf_index = ?").get(ALTERED) as {
      body: Uint8Array;
      digest: Uint8Array;
    };
    expect(createHash("sha256").update(row.body).digest().equals(row.digest), "the row agrees with itself").to.equal(
      true,
    );
  } finally {
    db.close();
  }
}

/** Waits until all of the log is under a final anchor. */
async function anchored({ url }: RunningService): Promise<void> {
  for (;;) {
    const status = (await (await fetch(`${url}/v1/status`)).json()) as { treeSize: number; finalizedSize: number };
    if (status.finalizedSize >= RECORDS) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
