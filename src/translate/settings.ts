/**
 * The file that says what translates: `{"format": "warifu-translation/1", "providers": [{"provider": …}], "places": […]}`. It
 * is read strictly, before anything is opened. For each pair of languages, the first provider that offers it is the one.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import { SHA256_HEX, withoutByteOrderMark } from "../core/bytes.ts";
import { TOOL_NAME, TOOL_VERSION } from "../core/derivation-event.ts";
import { messageOf, WarifuError } from "../core/errors.ts";
import { parseJsonBytes } from "../core/json.ts";
import { LANGUAGE_CODE } from "../core/translation-event.ts";
import { Bergamot } from "./bergamot.ts";
import { commandTranslator } from "./command.ts";
import { libreTranslate } from "./libretranslate.ts";
import type { PlaceName } from "./protected.ts";
import type { Translator } from "./translator.ts";

/** Format of the file. */
const TRANSLATION_FORMAT = "warifu-translation/1";

/** What translates, and the names that it must leave alone. */
export interface TranslationSettings {
  readonly translators: readonly Translator[];
  readonly places: readonly PlaceName[];
}

const MOST_PLACES = 20_000;
const language = z.string().regex(LANGUAGE_CODE, "is a language such as es");
const pairText = z.string().regex(/^[a-z]{2,3}-[a-z]{2,3}$/, "is two languages such as es-ja");
const version = z.string().regex(TOOL_VERSION);
const timeoutSeconds = z.number().positive().max(300).default(30);
const line = z.string().min(1).max(200);

const pinned = z.strictObject({ file: line, sha256: z.string().regex(SHA256_HEX, "is a SHA-256, hexadecimal") });
const bergamot = z.strictObject({
  provider: z.literal("bergamot"),
  timeoutSeconds,
  models: z
    .array(
      z.strictObject({
        ...{ from: language, to: language, model: pinned, shortlist: pinned },
        vocabs: z.array(pinned).min(1).max(2),
        precision: z.enum(["int8shiftAlphaAll", "int8shiftAll"]).default("int8shiftAlphaAll"),
      }),
    )
    .min(1)
    .max(64),
});
const libre = z.strictObject({
  ...{ provider: z.literal("libretranslate"), timeoutSeconds, version },
  url: z.url({ protocol: /^https?$/ }),
  apiKeyFile: line.optional(),
  recipient: line.optional(),
  pairs: z.array(pairText).min(1).max(256),
});
const command = z.strictObject({
  ...{ provider: z.literal("command"), timeoutSeconds, version },
  tool: z.string().regex(TOOL_NAME),
  commands: z.record(pairText, z.array(z.string().max(1_000)).min(1).max(64)),
});
const fileSchema = z.strictObject({
  format: z.literal(TRANSLATION_FORMAT),
  providers: z.array(z.discriminatedUnion("provider", [bergamot, libre, command])).max(16),
  places: z
    .array(z.union([line, z.record(language, line)]))
    .max(MOST_PLACES)
    .default([]),
});
type Provider = z.infer<typeof fileSchema>["providers"][number];

/** Where things are that settings name. */
interface Place {
  /** Of the file: names in it are relative to it. */
  readonly folder: string;
  /** Where the package of the engine is, or would be. */
  readonly packages: string;
}

/**
 * What a file says; without a file, nothing translates.
 * @throws CONFIG_INVALID naming each member that is wrong, never its value
 */
export function translationSettings(file: string | undefined, packages: string): TranslationSettings {
  if (file === undefined) return { translators: [], places: [] };
  if (!existsSync(file)) throw new WarifuError("CONFIG_INVALID", `WARIFU_TRANSLATION: there is no file ${file}`);
  try {
    const value = parseJsonBytes(withoutByteOrderMark(readFileSync(file)), "the settings");
    const { providers, places } = fileSchema.parse(value);
    const place = { folder: dirname(file), packages };
    return { translators: providers.map((provider) => translatorOf(provider, place)), places };
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? inWords(cause) : messageOf(cause);
    throw new WarifuError("CONFIG_INVALID", `WARIFU_TRANSLATION: ${file} cannot be used: ${reason}`, { cause });
  }
}

function translatorOf(provider: Provider, { folder, packages }: Place): Translator {
  const timeoutMs = provider.timeoutSeconds * 1_000;
  const at = ({ file, sha256 }: z.infer<typeof pinned>) => ({ file: resolve(folder, file), sha256 });
  switch (provider.provider) {
    case "bergamot": {
      const models = provider.models.map(({ model, shortlist, vocabs, ...one }) => ({
        ...one,
        ...{ model: at(model), shortlist: at(shortlist), vocabs: vocabs.map(at) },
      }));
      return new Bergamot({ folder: packages, models, timeoutMs });
    }
    case "libretranslate":
      return libreTranslateOf(provider, folder);
    case "command":
      return commandTranslator({ ...provider, timeoutMs });
  }
}

function libreTranslateOf(provider: z.infer<typeof libre>, folder: string): Translator {
  const { url, version, recipient, apiKeyFile, timeoutSeconds } = provider;
  if (recipient === undefined && !isLoopback(url))
    throw new WarifuError(
      "CONFIG_INVALID",
      "recipient: is needed where the service is not on this machine: the name, in the register of recipients, of who runs it",
    );
  const apiKey = apiKeyFile === undefined ? undefined : readFileSync(resolve(folder, apiKeyFile), "utf8").trim();
  const pairs = provider.pairs.map((text) => {
    const [from = "", to = ""] = text.split("-");
    return { from, to };
  });
  return libreTranslate({ url, version, apiKey, recipient, pairs, timeoutMs: timeoutSeconds * 1_000 });
}

function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function inWords({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => `${path.map(String).join(".") || "it"}: ${message}`).join("; ");
}
