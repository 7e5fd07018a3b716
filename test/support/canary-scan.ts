// Looks for texts that must not be anywhere, in any of the usual forms, in all files below a folder: in clear in several
// encodings, packed, and as a hash without a salt, from which whoever guesses would find them.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, inflateSync } from "node:zlib";

import { keccak256 } from "ethers";

/** Where a text was found: file, form, and the text. */
export type Sighting = string;

type Form = readonly [form: string, bytes: Buffer];

/** What is searched besides files: texts and bytes that are named like files. */
export type NamedTexts = Readonly<Record<string, string | Uint8Array>>;

/** Every sighting of the canaries in the files of folders, and in texts that are named like files. */
export function canariesIn(
  canaries: readonly string[],
  { folders = [], texts = {} }: { readonly folders?: readonly string[]; readonly texts?: NamedTexts },
): Sighting[] {
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((one) => one.isFile())
      .map((one) => join(one.parentPath, one.name))
      .map((path) => [path, readFileSync(path)] as const),
  );
  const all = [...files, ...Object.entries(texts).map(([name, text]) => [name, Buffer.from(text as string)] as const)];
  const sought = new Index(
    canaries.flatMap((canary) => formsOf(canary).map(([form, bytes]) => [`"${canary}" ${form}`, bytes])),
  );
  return all.flatMap(([name, bytes]) => [
    ...sought.in(bytes).map((form) => `${name}: ${form}`),
    ...sought.in(unpackedOf(bytes)).map((form) => `${name}: ${form}, packed`),
  ]);
}

/** The forms in which a text could lie in a file. */
export function formsOf(text: string): Form[] {
  const spellings = new Map<string, string>();
  for (const [normal, spelt] of [
    ["", text],
    ["NFC ", text.normalize("NFC")],
    ["NFD ", text.normalize("NFD")],
    ["without accents ", text.normalize("NFD").replaceAll(/\p{M}/gu, "")],
  ] as const)
    for (const [letters, one] of [
      ["", spelt],
      ["lower case ", spelt.toLowerCase()],
      ["upper case ", spelt.toUpperCase()],
    ] as const)
      if (![...spellings.values()].includes(one)) spellings.set(`${normal}${letters}`, one);
  const forms = [...spellings].flatMap(([spelling, one]) =>
    [...encodingsOf(one), ...hashesOf(one)].map(([form, bytes]): Form => [`${spelling}${form}`, bytes]),
  );
  return [...forms, ...numbersOf(text)];
}

/** Those that are the text itself, and no hash of it. */
export function encodingsOf(text: string): Form[] {
  const raw = Buffer.from(text);
  const wide = Buffer.from(text, "utf16le");
  return [
    ["raw", raw],
    ["Latin-1", Buffer.from(text, "latin1")],
    ["UTF-16LE", wide],
    ["UTF-16BE", Buffer.from(wide).swap16()],
    ["percent-encoded", Buffer.from(encodeURIComponent(text))],
    ["form-encoded", Buffer.from(new URLSearchParams({ "": text }).toString().slice(1))],
    [
      "JSON escapes",
      Buffer.from(text.replaceAll(/[^ -~]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`)),
    ],
    ...inText("", raw),
    ...inText("UTF-16LE in ", wide),
  ];
}

/** Bytes as text: hexadecimal, and base64 at each of its three offsets. */
function inText(what: string, bytes: Buffer): Form[] {
  const hex = bytes.toString("hex");
  const base64 = [0, 1, 2].flatMap((offset): Form[] =>
    (["base64", "base64url"] as const).map((alphabet) => {
      const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString(alphabet);
      // Only the groups of four that hold nothing but the bytes.
      const own = encoded.slice(offset === 0 ? 0 : 4, Math.floor((offset + bytes.length) / 3) * 4);
      return [`${what}${alphabet} at offset ${offset}`, Buffer.from(own)];
    }),
  );
  return [[`${what}hex`, Buffer.from(hex)], [`${what}HEX`, Buffer.from(hex.toUpperCase())], ...base64];
}

/** Without a salt: of the text, and of the text as JSON writes it. */
function hashesOf(text: string): Form[] {
  return [text, JSON.stringify(text)].flatMap((hashed) => {
    const bytes = Buffer.from(hashed);
    const hashes: Form[] = ["sha256", "sha1", "md5"].map((name) => [name, createHash(name).update(bytes).digest()]);
    hashes.push(["keccak256", Buffer.from(keccak256(bytes).slice(2), "hex")]);
    return hashes.flatMap(([name, hash]): Form[] => [[name, hash], ...inText(`${name} in `, hash)]);
  });
}

/** A number as databases and binary formats keep it. */
function numbersOf(text: string): Form[] {
  if (!/^-?\d+\.\d+$/.test(text)) return [];
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(Number(text));
  return [
    ["double", bytes],
    ["double, reversed", Buffer.from(bytes).reverse()],
  ];
}

/** What is sought, by its first four bytes: one look at a file finds all of it. */
class Index {
  readonly #byStart = new Map<number, Form[]>();

  constructor(forms: readonly Form[]) {
    for (const form of forms) {
      const start = form[1].readUInt32BE();
      this.#byStart.set(start, [...(this.#byStart.get(start) ?? []), form]);
    }
  }

  in(bytes: Buffer): string[] {
    const found = new Set<string>();
    for (let at = 0; at + 4 <= bytes.length; at++)
      for (const [form, sought] of this.#byStart.get(bytes.readUInt32BE(at)) ?? [])
        if (bytes.subarray(at, at + sought.length).equals(sought)) found.add(form);
    return [...found];
  }
}

/** What comes out of any place that could be the start of a zlib or gzip stream. */
function unpackedOf(bytes: Buffer): Buffer {
  const texts: Buffer[] = [];
  const unpack = (unpacker: typeof gunzipSync, at: number): void => {
    try {
      texts.push(unpacker(bytes.subarray(at, at + 65_536), { finishFlush: 2, maxOutputLength: 1_048_576 }));
    } catch {
      // Not a stream after all.
    }
  };
  for (let at = 0; at + 1 < bytes.length; at++) {
    const start = bytes.readUInt16BE(at);
    if (start >> 8 === 0x78 && start % 31 === 0) unpack(inflateSync, at);
    if (start === 0x1f8b) unpack(gunzipSync, at);
  }
  return Buffer.concat(texts);
}
