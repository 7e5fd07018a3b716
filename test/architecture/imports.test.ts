// The rules of the house that the folders stand for: who may import whom, and what no source file holds.
// Invariant: the pure core knows nothing of its surroundings, and nothing but the edges knows them all.

import { readFileSync, globSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

import { expect } from "chai";
import ts from "typescript";

const ROOT = join(import.meta.dirname, "..", "..");
const SOURCES = globSync("src/**/*.{ts,tsx}", { cwd: ROOT })
  .map((path) => path.replaceAll("\\", "/"))
  .sort();

const [LEDGER, LOG, JOURNAL] = [
  "src/store/ledger-store.ts",
  "src/store/log-store.ts",
  "src/store/anchor-journal.ts",
] as const;
const OFFICERS = "src/store/officer-store.ts";
const CITIZENS = "src/store/citizen-store.ts";
const CITY_STORE = "src/store/city-store.ts";
const SIGN_IN_ROWS = "src/store/sign-in-rows.ts";
const COMMITTER = "src/store/committer.ts";
const SHARED_LOG = "src/store/shared-log.ts";
const [VAULT, ANCHOR_INDEX, CHAIN] = ["src/store/vault.ts", "src/store/anchor-index.ts", "src/chain/chain.ts"] as const;

/** Interfaces and nothing else: what the rooms above know of stores and chains. */
const INTERFACES = [
  LEDGER,
  LOG,
  JOURNAL,
  "src/store/key-store.ts",
  OFFICERS,
  CITIZENS,
  SIGN_IN_ROWS,
  CITY_STORE,
  VAULT,
  COMMITTER,
  SHARED_LOG,
  ANCHOR_INDEX,
  CHAIN,
  "src/chain/chain-change.ts",
  "src/chain/signer.ts",
  "src/witness/witness-store.ts",
];
const CONTRACT_TYPES = "types/ethers-contracts/";
/** For whoever starts threads. */
const COMPILE_CACHE = "src/serve/compile-cache.ts";

/**
 * Every room, ground first, and what its files may import of ours besides each other, by the beginning of the path. A room
 * stands above all that it imports, so no import runs up, and there is no circle.
 */
const ROOMS: readonly (readonly [room: string, mayImport: readonly string[]])[] = [
  ["src/core/", []],
  // What strangers run: it reads formats, and knows of nothing else.
  ["src/verify/", ["src/core/"]],
  // What is wrong at present: facts, and their English.
  ["src/alarms/", ["src/core/"]],
  // What is said of what was found, in every language: the same in pages, reports and the command line.
  ["src/texts/", ["src/core/", "src/verify/", "src/alarms/alarm-fact.ts"]],
  // What whoever submitted is given: as a page and as a file.
  ["src/receipt/", ["src/core/", "src/texts/"]],
  // What an audit found, as a file for people.
  ["src/report/", ["src/core/", "src/verify/", "src/texts/", "src/receipt/"]],
  // What runs in browsers: components that all pages share, and a room a page.
  ["src/pages/texts/", ["src/texts/"]],
  ["src/pages/components/", ["src/texts/", "src/pages/texts/"]],
  // Which view of a page is shown.
  ["src/pages/app/", []],
  [
    "src/pages/verify/",
    [
      ...["src/core/", "src/verify/", "src/texts/", "src/receipt/", "src/report/", "src/pages/texts/"],
      "src/pages/components/",
    ],
  ],
  [
    "src/pages/explorer/",
    ["src/core/", "src/texts/", "src/receipt/", "src/pages/texts/", "src/pages/components/", "src/pages/app/"],
  ],
  ["src/pages/reference/", ["src/texts/", "src/pages/texts/", "src/pages/components/"]],
  ["src/pages/research/", ["src/core/", "src/texts/", "src/pages/texts/", "src/pages/components/"]],
  ["src/pages/desk/", ["src/core/", "src/texts/", "src/pages/texts/", "src/pages/components/", "src/pages/app/"]],
  [
    "src/pages/citizen/",
    ["src/core/", "src/texts/", "src/receipt/", "src/pages/texts/", "src/pages/components/", "src/pages/app/"],
  ],
  ["src/files/", ["src/core/"]],
  ["src/serve/", ["src/core/"]],
  ["src/profiles/", ["src/core/"]],
  // What the log says itself, one file a kind.
  ["src/events/", ["src/core/", "src/profiles/"]],
  // Text of the field into values: no service, no network.
  ["src/sources/", ["src/core/", "src/profiles/", "src/serve/growing-buffer.ts", "src/serve/turns.ts"]],
  // Pictures as bytes and pixels: nothing of records.
  ["src/pictures/", ["src/core/", "src/serve/own-process.ts"]],
  // Texts into another language: nothing of records.
  ["src/translate/", ["src/core/", "src/serve/own-process.ts"]],
  ["src/store/", ["src/core/", "src/files/"]],
  // What engines have in common: fields as columns, seals, what the vault encrypts.
  ["src/store/rows/", ["src/core/", "src/store/"]],
  ["src/store/sqlite/", ["src/core/", "src/files/", COMPILE_CACHE, "src/store/", "src/store/rows/"]],
  ["src/store/postgres/", ["src/core/", "src/store/", "src/store/rows/"]],
  [
    "src/store/open.ts",
    ["src/core/", "src/files/", "src/store/", "src/store/sqlite/", "src/store/postgres/", "src/store/rows/"],
  ],
  ["src/chain/", ["src/core/"]],
  ["src/chain/rpc/", ["src/core/", "src/chain/", CONTRACT_TYPES]],
  ["src/chain/signers/", ["src/core/", "src/chain/", "src/chain/rpc/"]],
  ["src/chain/local/", ["src/core/", COMPILE_CACHE, "src/chain/rpc/"]],
  // Auditors' views of the chain implement what the verifier asks for.
  ["src/chain/nodes/", ["src/core/", "src/verify/", "src/chain/", "src/chain/rpc/", "src/chain/signers/"]],
  ["src/keys/", ["src/core/", "src/files/", "src/store/", "src/store/open.ts", "src/chain/", "src/chain/signers/"]],
  // Who sits at the desk: accounts, passkeys, an identity provider, sessions.
  ["src/sign-in/", ["src/core/", OFFICERS, SIGN_IN_ROWS, "src/keys/"]],
  [
    "src/write/",
    [
      ...["src/core/", "src/profiles/", "src/events/", LEDGER, LOG, VAULT, COMMITTER, SHARED_LOG, CHAIN],
      // Signatures that come in batches.
      "src/keys/fast-ed25519.ts",
      // Only how long one may hold the thread, and other threads.
      "src/serve/turns.ts",
      "src/serve/thread-pool.ts",
      // Lines of large batches, which are read on those.
      "src/sources/submitted-values.ts",
    ],
  ],
  // What comes over connections that the service opens itself; it submits like everybody.
  [
    "src/connectors/",
    [
      ...["src/core/", "src/alarms/", "src/serve/", "src/profiles/", "src/sources/", LOG, "src/keys/key-files.ts"],
      "src/write/",
    ],
  ],
  // What is made of records, and published.
  ["src/derive/", ["src/core/", "src/events/", "src/profiles/", "src/pictures/", LOG, "src/write/"]],
  // What an officer does for the people whom records are about.
  [
    "src/privacy/",
    ["src/core/", "src/files/", "src/alarms/", "src/events/", "src/profiles/", LOG, VAULT, "src/write/"],
  ],
  // What people may see of a record, and who decides it.
  ["src/moderation/", ["src/core/", "src/alarms/", "src/events/", LOG, "src/write/", "src/privacy/"]],
  [
    "src/cosign/",
    [
      ...["src/core/", "src/verify/", "src/files/", "src/alarms/", "src/store/", "src/keys/pem-certificates.ts"],
      ...["src/write/", "src/connectors/guarded-get.ts"],
    ],
  ],
  // The log's files where they are read without the service.
  ["src/object-storage/", ["src/core/", "src/files/", "src/serve/", "src/alarms/", "src/keys/key-files.ts"]],
  ["src/watch/", ["src/core/", "src/files/", "src/alarms/", "src/write/", ANCHOR_INDEX, "src/chain/"]],
  [
    "src/anchor/",
    ["src/core/", "src/events/", "src/alarms/", LOG, JOURNAL, CHAIN, "src/write/", "src/cosign/", "src/watch/"],
  ],
  [
    "src/read/",
    [
      "src/core/",
      "src/events/",
      "src/alarms/",
      "src/profiles/",
      "src/pictures/",
      "src/translate/",
      "src/derive/",
      "src/privacy/",
      "src/moderation/",
      ...[LEDGER, LOG, JOURNAL],
      CHAIN,
      "src/write/",
      "src/connectors/connector.ts",
      "src/cosign/",
      "src/watch/",
      "src/anchor/",
      "src/serve/turns.ts",
    ],
  ],
  // What goes to other cities, and comes from them.
  [
    "src/exchange/",
    [
      ...["src/core/", "src/files/", "src/alarms/", "src/events/", LOG, JOURNAL, "src/write/", "src/privacy/"],
      "src/read/",
    ],
  ],
  // The citizens of a city and what they do in the app.
  [
    "src/citizens/",
    [
      ...["src/core/", "src/files/", "src/events/", "src/profiles/", "src/pictures/", "src/translate/"],
      ...[LOG, VAULT, CITIZENS, "src/sign-in/", "src/write/", "src/derive/", "src/privacy/", "src/moderation/"],
      "src/read/",
    ],
  ],
  // What citizens post, and who is shown it.
  [
    "src/posts/",
    [
      ...["src/core/", "src/pictures/", LOG, CITY_STORE, "src/write/", "src/privacy/", "src/moderation/", "src/read/"],
      ...["src/citizens/", "src/serve/byte-budget.ts"],
    ],
  ],
  ["src/settings.ts", ["src/write/", "src/anchor/"]],
  [
    "src/config.ts",
    [
      ...["src/core/", "src/files/", "src/serve/service-links.ts", "src/anchor/", "src/keys/", "src/sign-in/"],
      ...["src/write/term.ts", "src/settings.ts"],
    ],
  ],
  [
    "src/audit/",
    [
      ...["src/core/", "src/verify/", "src/store/", "src/store/open.ts", "src/chain/", "src/chain/nodes/"],
      ...["src/keys/", "src/write/", "src/cosign/timestamp-files.ts", "src/config.ts", COMPILE_CACHE],
    ],
  ],
  [
    "src/administer/",
    [
      ...["src/core/", "src/store/", "src/store/open.ts", "src/chain/", "src/chain/rpc/", "src/chain/nodes/"],
      ...["src/chain/signers/", "src/keys/", "src/audit/", "src/config.ts", CONTRACT_TYPES],
      // An export is made of what the service would serve.
      ...["src/write/", "src/read/", "src/object-storage/", "src/cosign/timestamp-files.ts"],
    ],
  ],
  // Witness and witnessed log share nothing but the protocol: no pipeline, no ledger.
  ["src/witness/", ["src/core/", "src/serve/", "src/store/sqlite/", "src/store/rows/", "src/keys/key-files.ts"]],
  // What is done with every request, and what routes are declared with.
  [
    "src/http/handling/",
    [
      ...["src/core/", "src/verify/", "src/sources/open311-services.ts", "src/serve/", "src/alarms/", "src/keys/"],
      ...[OFFICERS, CITIZENS, "src/sign-in/", "src/write/", "src/privacy/", "src/read/", "src/citizens/", "src/posts/"],
      ...[SIGN_IN_ROWS, "src/exchange/", "src/texts/languages.ts", "src/receipt/receipt.ts"],
    ],
  ],
  [
    "src/http/resources/",
    [
      ...["src/core/", "src/verify/", "src/profiles/", "src/sources/", "src/serve/", "src/alarms/", "src/keys/"],
      ...[OFFICERS, CITIZENS, "src/sign-in/", "src/write/", "src/derive/", "src/privacy/", "src/moderation/"],
      ...["src/read/", "src/citizens/", "src/posts/", "src/exchange/"],
      ...["src/texts/languages.ts", "src/receipt/", "src/report/receipt-file.ts", "src/files/tool-name.ts"],
      "src/http/handling/",
    ],
  ],
  [
    "src/http/",
    [
      ...["src/core/", "src/serve/", "src/alarms/", "src/keys/", "src/sign-in/", "src/read/", "src/citizens/"],
      ...["src/posts/", "src/exchange/"],
      ...["src/http/handling/", "src/http/resources/"],
    ],
  ],
  // The API from outside: of the service it knows the form of its problems, and types.
  [
    "src/client/",
    [
      ...["src/core/", "src/profiles/", "src/keys/", "src/sign-in/", "src/write/", "src/privacy/", "src/read/"],
      ...["src/posts/", "src/exchange/", "src/http/handling/problem.ts"],
    ],
  ],
  // The service in its parts, for the root to put together.
  [
    "src/service/",
    [
      ...[
        "src/core/",
        "src/verify/",
        "src/files/",
        "src/alarms/",
        "src/sources/open311-services.ts",
        "src/moderation/rules.ts",
        "src/store/",
        "src/store/open.ts",
        "src/chain/",
        "src/chain/nodes/",
      ],
      ...["src/chain/signers/", "src/chain/local/", "src/keys/", "src/write/", "src/cosign/", "src/watch/"],
      ...["src/sign-in/", "src/citizens/", "src/posts/", "src/anchor/", "src/read/", "src/privacy/"],
      ...["src/derive/", "src/pictures/", "src/exchange/", "src/object-storage/", "src/config.ts"],
      ...["src/connectors/", "src/profiles/", "src/translate/"],
      // Several logs behind one server.
      ...["src/serve/", "src/http/"],
    ],
  ],
  ["src/main.ts", ["src/"]],
  // A program of its own: it starts the service, talks to one over HTTP, or audits and verifies with no service at all.
  [
    "src/cli/",
    [
      ...[
        "src/core/",
        "src/verify/",
        "src/texts/",
        "src/receipt/",
        "src/report/",
        "src/files/",
        "src/sources/",
        "src/chain/nodes/",
        "src/keys/",
        "src/sign-in/",
        "src/profiles/",
        // The queue of a thread, with nothing of a server in it.
        "src/serve/own-thread.ts",
      ],
      ...[
        "src/write/outcome.ts",
        "src/write/submitted-record.ts",
        "src/privacy/",
        "src/read/",
        "src/exchange/",
        "src/files/program-dir.ts",
        "src/config.ts",
        "src/audit/",
        "src/administer/",
        "src/witness/start.ts",
        "src/cosign/time-authority.ts",
        "src/cosign/calendar.ts",
        "src/object-storage/",
      ],
      ...["src/client/", "src/http/handling/problem.ts", "src/service/logs-file.ts", "src/main.ts"],
    ],
  ],
];

/** The room that a file is in: the one with the longest matching beginning. */
function roomOf(path: string): string | undefined {
  const rooms = ROOMS.map(([room]) => room).filter((room) => path.startsWith(room));
  return rooms.sort((a, b) => b.length - a.length)[0];
}

type Import = { readonly from: string; readonly to: string };

const textOf = (path: string): string => readFileSync(join(ROOT, path), "utf8");

/** Every import and re-export with a relative target: static, of types, and dynamic. */
function relativeImports(path: string): Import[] {
  const statements = code(path).matchAll(
    /\b(import|export)\b(\s+type\b)?(?:[^;"'`()]*?\bfrom\s*|\s*\(?\s*)["'](\.{1,2}\/[^"']+)["']/g,
  );
  return [...statements].map(([, , , target]) => ({
    from: path,
    to: normalize(join(dirname(path), target as string)).replaceAll("\\", "/"),
  }));
}

/** The text without comments and template texts, in which any word may stand. */
function code(path: string): string {
  return textOf(path).replaceAll(/\/\*[^]*?\*\/|(?<=^|[\s;{}(),])\/\/.*$|`[^`\n]*`/gm, "");
}

const MAX_FILE_LINES = 350;
const MAX_FUNCTION_LINES = 50;

/** Functions that are longer, by name and length. */
function longFunctions(source: ts.SourceFile): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && "body" in node && node.body) {
      const lineAt = (position: number): number => source.getLineAndCharacterOfPosition(position).line;
      const lines = lineAt(node.end) - lineAt(node.getStart()) + 1;
      if (lines > MAX_FUNCTION_LINES) found.push(`${node.name?.getText() ?? "a function"}, ${lines} lines`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const IMPORTS = SOURCES.flatMap(relativeImports);
const describeImport = ({ from, to }: Import): string => `${from} imports ${to}`;

describe("architecture", () => {
  it("the sources are there to be looked at", () => {
    expect(SOURCES).to.include.members(["src/core/merkle.ts", "src/verify/verify-bundle.ts", ...INTERFACES]);
    expect(IMPORTS.map(describeImport)).to.include("src/verify/verify-bundle.ts imports src/core/merkle.ts");
    const lines = SOURCES.flatMap((path) => [...textOf(path).matchAll(/\bfrom "\.{1,2}\//g)]);
    expect(IMPORTS.length).to.be.at.least(lines.length);
  });

  it("every file is in a room; only the root and the settings are at the top", () => {
    expect(SOURCES.filter((path) => roomOf(path) === undefined)).to.deep.equal([]);
    expect(SOURCES.filter((path) => !path.slice("src/".length).includes("/"))).to.deep.equal([
      "src/config.ts",
      "src/main.ts",
      "src/settings.ts",
    ]);
  });

  for (const [room, mayImport] of ROOMS)
    it(`${room} imports ${mayImport.length === 0 ? "nothing of ours" : "only what it may"}`, () => {
      const isAllowed = ({ to }: Import): boolean => {
        const other = roomOf(to) ?? CONTRACT_TYPES;
        return (
          other === room ||
          mayImport.some((one) => one === other || one === to || (one === "src/" && to.startsWith(one)))
        );
      };
      const wrong = IMPORTS.filter((one) => roomOf(one.from) === room && !isAllowed(one));
      expect(wrong.map(describeImport)).to.deep.equal([]);
    });

  it("no import runs up", () => {
    const floor = (path: string): number => ROOMS.findIndex(([room]) => room === roomOf(path));
    const wrong = IMPORTS.filter(({ from, to }) => floor(to) > floor(from));
    expect(wrong.map(describeImport)).to.deep.equal([]);
  });

  it("the interfaces of stores, chains and signers hold no code", () => {
    for (const path of INTERFACES) {
      const exports = [...textOf(path).matchAll(/^export (\w+)/gm)].map(([, word]) => word);
      expect(exports, path).to.have.length.greaterThan(0);
      expect(
        exports.filter((word) => word !== "interface" && word !== "type"),
        path,
      ).to.deep.equal([]);
    }
  });

  it("the core and the verifier use nothing that a browser lacks", () => {
    const pure = SOURCES.filter((path) => path.startsWith("src/core/") || path.startsWith("src/verify/"));
    const loaded = pure.flatMap((path) =>
      [...textOf(path).matchAll(/^import (?!type\b)[^;]*? from ["']((?:node:)[^"']+)["']/gm)].map(
        ([, name]) => `${path}: ${name}`,
      ),
    );
    expect(loaded).to.deep.equal([]);
  });

  it("the core and the verifier use no package but noble", () => {
    const pure = SOURCES.filter((path) => path.startsWith("src/core/") || path.startsWith("src/verify/"));
    const used = pure.flatMap((path) =>
      [...code(path).matchAll(/\bfrom ["']([^."'][^"']*)["']/g)].map(([, name]) => `${path}: ${name}`),
    );
    expect(used.filter((one) => !/: @noble\/(?:hashes\/|ed25519$|post-quantum\/|secp256k1$)/.test(one))).to.deep.equal(
      [],
    );
  });

  it("every module of the core and the verifier loads by itself", async () => {
    for (const path of SOURCES.filter((one) => one.startsWith("src/core/") || one.startsWith("src/verify/")))
      expect(await import(join(ROOT, path)), path).to.be.a("module");
  });

  it("each engine is named where stores are opened, and nowhere else", () => {
    for (const engine of ["src/store/sqlite/", "src/store/postgres/"]) {
      const users = new Set(IMPORTS.filter(({ to }) => to.startsWith(engine)).map(({ from }) => from));
      const wrong = [...users].filter((from) => !from.startsWith(engine) && !from.startsWith("src/witness/"));
      expect(wrong).to.deep.equal(["src/store/open.ts"]);
    }
  });

  it("nobody imports the composition root but the programs that it serves", () => {
    const wrong = IMPORTS.filter(({ from, to }) => to === "src/main.ts" && !from.startsWith("src/cli/"));
    expect(wrong.map(describeImport)).to.deep.equal([]);
  });

  it("only what measures takes anything from the tests, and only what tests share", () => {
    const measuring = /^scripts\/(?:bench|soak|snapshot-gas)\b/;
    const programs = globSync("{bin,scripts}/**/*.{ts,mjs}", { cwd: ROOT }).map((path) => path.replaceAll("\\", "/"));
    const shared = [...IMPORTS, ...programs.flatMap(relativeImports)].filter(({ to }) => to.startsWith("test/"));
    expect(shared.map(describeImport)).to.include("scripts/soak/scale.ts imports test/support/chance.ts");
    const wrong = shared.filter(({ from, to }) => !measuring.test(from) || !to.includes("/support/"));
    expect(wrong.map(describeImport)).to.deep.equal([]);
  });

  it("every HTTP server of the tests keeps idle connections, which may be just about to be used again", () => {
    const tests = globSync("{test,scripts}/**/*.ts", { cwd: ROOT }).map((path) => path.replaceAll("\\", "/"));
    const making = /\bcreateServer\b[^;]*["']node:http["']/;
    expect(tests.filter((path) => making.test(textOf(path)))).to.deep.equal(["test/support/patient-server.ts"]);
  });

  it("relative imports name the file, with its ending", () => {
    expect(IMPORTS.filter(({ to }) => !/\.(tsx?|json)$/.test(to)).map(describeImport)).to.deep.equal([]);
  });

  it("no file is longer than one sitting reads, and no function than a screen", () => {
    const long = SOURCES.flatMap((path) => {
      const source = ts.createSourceFile(path, textOf(path), ts.ScriptTarget.Latest, true);
      const lines = source.getLineAndCharacterOfPosition(source.end).line;
      const functions = longFunctions(source).map((name) => `${path}: ${name}`);
      return lines > MAX_FILE_LINES ? [`${path}: ${lines} lines`, ...functions] : functions;
    });
    expect(long).to.deep.equal([]);
  });

  it("no file is a barrel, and no folder a drawer", () => {
    expect(SOURCES.filter((path) => /(^|\/)index\.tsx?$/.test(path))).to.deep.equal([]);
    expect(SOURCES.filter((path) => /\/(utils?|helpers?|common|misc|lib)(\/|\.tsx?$)/.test(path))).to.deep.equal([]);
    expect(SOURCES.filter((path) => /^export (\*|\{[^}]*\}) from/m.test(textOf(path)))).to.deep.equal([]);
  });

  it("what the vault keeps is read for somebody outside in one place, and elsewhere for a reason", () => {
    const READERS = {
      "src/audit/folder-claims.ts": "whether openings open their digests",
      "src/audit/scrubbing.ts": "whether it is still there",
      "src/derive/publishing.ts": "pictures, of which bare copies are made",
      "src/exchange/copies.ts": "copies of pictures that are published, for a partner",
      "src/exchange/openings.ts": "what the exchange's own events say to the partner that they are about",
      "src/posts/post-index.ts": "accounts and codes of posts, to find them",
      "src/posts/published-posts.ts": "for readers: what is published with consent",
      "src/privacy/city-words.ts": "under which name a theme was set down, for the gate",
      "src/privacy/concealed.ts": "what events of the rights desk conceal",
      "src/privacy/disclosure.ts": "what grants conceal, and names of claims",
      "src/privacy/personal-copy.ts": "what events about a person say to that person",
      "src/privacy/way-out.ts": "for somebody outside",
      "src/read/erasure-preview.ts": "names of claims",
      "src/read/pictures.ts": "copies that are published",
      "src/read/records.ts": "of records that conceal nothing",
      "src/read/transfers.ts": "names of claims",
      "src/read/translations.ts": "translations of what is public",
      "src/write/conflicts.ts": "to compare records of one number",
      "src/write/record-content.ts": "to compare a record that comes again",
      "src/write/source-rules.ts": "keys of people's own devices",
      "src/write/stored-check.ts": "to check it",
    };
    const reads =
      /\b(?:openingsOf|originalOf|picturesOf|claimsOf|derivedOf|derivedClaimOf)\(|\bvault\.(?:open|attachments)\(/;
    const found = SOURCES.filter((path) => !path.startsWith("src/store/") && reads.test(code(path)));
    expect(found).to.deep.equal(Object.keys(READERS).filter((path) => SOURCES.includes(path)));
  });

  const FORBIDDEN: [string, RegExp][] = [
    ["an error of another class than WarifuError", /\bnew (?:Type|Range)?Error\(/],
    ["any", /(?::|\bas|<)\s*any\b(?!\w)/],
  ];
  for (const [what, pattern] of FORBIDDEN)
    it(`no source holds ${what}`, () => {
      const found = SOURCES.filter((path) => pattern.test(code(path)));
      expect(found).to.deep.equal([]);
    });

  const UNWRITTEN: [string, RegExp][] = [
    ["a check of types switched off", /@ts-(?:ignore|expect-error|nocheck)/],
    ["a branch hidden from the coverage", /(?:c8|v8|istanbul) ignore/],
    ["work left for later", /\b(?:TODO|FIXME|XXX)\b/],
  ];
  for (const [what, pattern] of UNWRITTEN)
    it(`no comment of a source announces ${what}`, () => {
      expect(SOURCES.filter((path) => pattern.test(textOf(path)))).to.deep.equal([]);
    });

  it("file names are in kebab case, and each file opens with what it is", () => {
    expect(SOURCES.filter((path) => !/\/[a-z0-9]+(-[a-z0-9]+)*(\.d)?\.tsx?$/.test(path))).to.deep.equal([]);
    expect(SOURCES.filter((path) => !/^(?:#!.*\n)?(?:\/\*\*|\/\/)/.test(textOf(path)))).to.deep.equal([]);
  });
});
