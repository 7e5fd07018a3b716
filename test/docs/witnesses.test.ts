// docs/witnesses.md: its examples are ones that the program takes, and its numbers those that hold.

import { expect } from "chai";

import { parseWitnesses } from "../../src/cosign/witness-file.ts";
import { utf8 } from "../../src/core/bytes.ts";
import { parseVerifierKey } from "../../src/core/note.ts";
import { logOfKey, parseLogList } from "../../src/core/tlog-list.ts";
import { MAX_ADD_CHECKPOINT_BYTES } from "../../src/core/tlog-witness.ts";
import { MAX_CONFLICTS } from "../../src/witness/sqlite-store.ts";
import { WITNESS_FILES } from "../../src/witness/start.ts";
import { DEFAULT_WITNESS_LIMITS } from "../../src/witness/server.ts";
import { blocksOf, readDocument } from "./support/documents.ts";

const DOCUMENT = readDocument("docs/witnesses.md");
const BLOCKS = blocksOf(DOCUMENT);
const blocks = (language: string): string[] =>
  BLOCKS.filter((block) => block.language === language).map(({ content }) => content);

describe("docs/witnesses.md", () => {
  it("shows a list of logs, files of witnesses and mirrors and a part of a policy that can be used", () => {
    const { logs } = parseLogList(utf8(blocks("text")[0] ?? ""));
    expect(logs.map(({ origin }) => origin)).to.deep.equal(["ledger.example.org/2026", "go.sum database tree"]);
    const [file = "", policy = "", mirrors = ""] = blocks("json");
    const [witness] = parseWitnesses(utf8(file));
    const { keys, quorum } = JSON.parse(policy) as { keys: string[]; quorum: number };
    expect(keys.map((vkey) => parseVerifierKey(vkey))).to.deep.equal([witness?.key]);
    expect(quorum).to.equal(1);
    expect(parseWitnesses(utf8(mirrors)).map(({ key }) => key.name)).to.deep.equal(["mirror.example/m1"]);
    const vkey = /--log (\S+)/.exec(blocks("sh").join("\n"))?.[1] ?? "";
    expect(logOfKey(vkey).origin).to.equal("ledger.example.org/2026");
  });

  it("gives the files and limits that there are", () => {
    const listed = [...DOCUMENT.text.matchAll(/^\| `([\w-]+\.[\w.-]+)`/gm)].map(([, name]) => name);
    expect(listed).to.deep.equal(Object.values(WITNESS_FILES));
    const { ratePerMinute } = DEFAULT_WITNESS_LIMITS;
    for (const text of [
      `larger than ${MAX_ADD_CHECKPOINT_BYTES.toLocaleString("en")} bytes`,
      `more than ${ratePerMinute.toLocaleString("en")} requests`,
      `Up to ${MAX_CONFLICTS} conflicts`,
    ])
      expect(DOCUMENT.text).to.include(text);
  });
});
