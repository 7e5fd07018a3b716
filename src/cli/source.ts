/**
 * `warifu source`: who may send, and with which signing keys, for officers and administrators; and the repair of a source's
 * numbers.
 */
import { Option, type Command } from "commander";
import { createClient, type Client, type SourceEventEntered, type SourceView } from "../client/client.ts";
import type { Reputation } from "../core/reputation.ts";
import { REVOCATION_REASONS, type RevocationReason } from "../core/source-event.ts";
import { keyThumbprint } from "../core/source-key.ts";
import { makeSourceKeyFile, readSourceKey, SOURCE_CURVES, type SourceCurve } from "../keys/source-keys.ts";
import type { Role } from "../keys/api-keys.ts";
import { EXIT } from "./exit-code.ts";
import { readNamedFile } from "./named-files.ts";
import { address, treeSize } from "./option-values.ts";
import { counted, type Output } from "./output.ts";
import { apiKeyFor, givenKey, loadSettings } from "./settings.ts";
import type { Act, CommonOptions, DefineVerb } from "./verb.ts";

interface SourceOptions extends CommonOptions {
  readonly url?: string;
  readonly key?: string;
  readonly keyFile?: string;
}

const EXAMPLES = `
A source with a signing key must sign what it sends. Each change is an event in the log and holds for what enters after
it: what was signed with a key before it was revoked stays valid.

Examples:
  warifu source keygen device.jwk
  warifu source add santander/env-419 --signing-key device.jwk.pub
  warifu source add app/7f3c --signing-key phone.pub --personal
  warifu source rotate santander/env-419 --signing-key new.jwk.pub
  warifu source revoke santander/env-419 --reason compromised
  warifu source repair santander/env-419 --from 1001`;

/** Sources per page of the list. */
const PAGE = 100;
const SHOWN_RANGES = 5;

export const defineSource: DefineVerb = (program, act) => {
  const source = program
    .command("source")
    .summary("register sources and their signing keys")
    .description("Registers sources and their signing keys, ends keys, and sets the numbers of a source right.")
    .addHelpText("after", EXAMPLES);
  defineKeygen(source, act);
  defineLooks(source, act);
  defineKeys(source, act);
  defineStates(source, act);
};

function defineKeygen(source: Command, act: Act): void {
  source
    .command("keygen")
    .argument("<file>", "the file for the private key; FILE.pub gets the public one")
    .summary("make a signing key for a device")
    .description("Makes a signing key as a JWK. The private key goes onto the device and nowhere else.")
    .addOption(new Option("--curve <curve>", "kind of key").choices(SOURCE_CURVES).default("Ed25519"))
    .option("--json", "print one JSON document")
    .action((file: string, options: CommonOptions & { readonly curve: SourceCurve }) =>
      act(options, async (output) => {
        const key = makeSourceKeyFile(file, options.curve);
        output.document({ file, publicFile: `${file}.pub`, key, thumbprint: keyThumbprint(key) });
        output.say(`${keyThumbprint(key)}  ${file}.pub`, { mark: "holds" });
        output.hint(`register ${file}.pub; keep ${file} on the device`);
        return EXIT.holds;
      }),
    );
}

function defineLooks(source: Command, act: Act): void {
  withService(source.command("list"), "an auditor's")
    .summary("list all sources")
    .description("Lists sources: those that have sent, then those that are registered and sent nothing.")
    .action((options: SourceOptions) =>
      act(options, async (output) => {
        const client = clientFor(options, "auditor");
        const all: SourceView[] = [];
        for (let cursor: string | undefined, isLast = false; !isLast;) {
          const page = await client.sources({ limit: PAGE, cursor });
          all.push(...page.items);
          for (const one of page.items) output.say(lineOf(one));
          cursor = page.nextCursor ?? undefined;
          isLast = cursor === undefined;
        }
        output.document(all);
        return EXIT.holds;
      }),
    );
  withService(source.command("show").argument("<name>", "the source"), "an auditor's")
    .summary("show a source, its keys and its missing numbers")
    .description("Shows a source, its keys and its missing numbers.")
    .action((name: string, options: SourceOptions) =>
      act(options, async (output) => {
        const view = await clientFor(options, "auditor").source(name);
        output.document(view);
        sayAll(view, output);
        return EXIT.holds;
      }),
    );
}

function defineKeys(source: Command, act: Act): void {
  interface KeyChange extends SourceOptions {
    readonly signingKey: string;
    readonly personal?: boolean;
    readonly keepOld?: boolean;
  }
  const keyOf = ({ signingKey, personal }: KeyChange) => ({
    key: readSourceKey(readNamedFile(signingKey, "signing key")),
    personal,
  });
  withService(source.command("add").argument("<name>", "the source; never a person's name"))
    .summary("register a source")
    .description("Registers a source. With a key, what it sends must be signed with it from then on.")
    .option("--signing-key <file>", "its public key: a JWK, PEM, or 32 bytes of Ed25519 in base64")
    .option("--personal", "the device is a person's own: the log holds no more of its key than a salted digest")
    .action((name: string, options: KeyChange & { readonly signingKey?: string }) =>
      change(act, options, name, "is registered", (client) =>
        client.registerSource(name, options.signingKey === undefined ? undefined : keyOf(options)),
      ),
    );
  withService(source.command("rotate").argument("<name>", "the source"))
    .summary("give a source another signing key")
    .description("Gives a source another signing key, in place of those before.")
    .requiredOption("--signing-key <file>", "its new public key: a JWK, PEM, or 32 bytes of Ed25519 in base64")
    .option("--personal", "the device is a person's own: the log holds no more of its key than a salted digest")
    .option("--keep-old", "keep the earlier keys valid too, until they are revoked")
    .action((name: string, options: KeyChange) =>
      change(act, options, name, "has the new key", (client) =>
        client.rotateSourceKey(name, { ...keyOf(options), ...(options.keepOld === true && { keepOld: true }) }),
      ),
    );
  withService(source.command("revoke").argument("<name>", "the source"))
    .summary("revoke signing keys of a source")
    .description("Revokes the signing keys of a source. What comes after, signed with them, is refused.")
    .option("--which <leaf>", "only one key: the leaf that added it, see `warifu source show`", treeSize)
    .addOption(new Option("--reason <reason>", "why").choices(REVOCATION_REASONS).makeOptionMandatory())
    .action((name: string, options: SourceOptions & { readonly which?: number; readonly reason: RevocationReason }) =>
      change(act, options, name, "lost the key", (client) =>
        client.revokeSourceKey(name, { key: options.which, reason: options.reason }),
      ),
    );
}

function defineStates(source: Command, act: Act): void {
  withService(source.command("suspend").argument("<name>", "the source"))
    .summary("take nothing from a source for now")
    .description("Takes nothing from a source until it is resumed.")
    .action((name: string, options: SourceOptions) =>
      change(act, options, name, "is suspended", (client) => client.suspendSource(name)),
    );
  withService(source.command("resume").argument("<name>", "the source"))
    .summary("take records of a suspended source again")
    .description("Takes records of a suspended source again.")
    .action((name: string, options: SourceOptions) =>
      change(act, options, name, "is resumed", (client) => client.resumeSource(name)),
    );
  withService(source.command("repair").argument("<name>", "the source"))
    .summary("let its numbering go on from a number")
    .description(
      "When a source sent a number far too high by mistake, its later records are refused. The repair says that its numbering " +
        "continues from a number; what was numbered stays.",
    )
    .requiredOption("--from <seq>", "the first number from now on; one that the source has not used", treeSize)
    .action((name: string, options: SourceOptions & { readonly from: number }) =>
      change(act, options, name, `continues from ${options.from}`, (client) => client.repairSource(name, options.from)),
    );
}

/** Enters a change in the log, and says at which leaf. */
function change(
  act: Act,
  options: SourceOptions,
  name: string,
  done: string,
  enter: (client: Client) => Promise<SourceEventEntered>,
): Promise<void> {
  return act(options, async (output) => {
    const entered = await enter(clientFor(options, "officer"));
    output.document(entered);
    output.say(`${name} ${done}: entered at leaf ${entered.leafIndex}`, { mark: "holds" });
    return EXIT.holds;
  });
}

function withService(command: Command, whose = "an officer's"): Command {
  return command
    .option("--url <url>", "the service (default: WARIFU_URL, else this machine's)", address)
    .option("--key <key>", `${whose} API key; other users of the machine can see it: prefer --key-file`)
    .option("--key-file <file>", `a file that holds ${whose} API key`)
    .option("--json", "print one JSON document");
}

function clientFor(options: SourceOptions, role: Role): Client {
  const config = loadSettings();
  const url = options.url ?? config.client.url;
  return createClient({ url, apiKey: apiKeyFor(url, role, givenKey(options), config), attempts: 1 });
}

function lineOf({ name, records, missing, registeredAt, suspended, keys, conflicts }: SourceView): string {
  const counting = keys.filter(({ endedAt }) => endedAt === null).length;
  const signing = keys.length === 0 ? "unsigned" : `${counting} of ${keys.length} keys count`;
  const state = suspended ? "suspended" : registeredAt === null ? "not registered" : signing;
  const contradicts = conflicts > 0 ? `, ${conflicts} contradicting` : "";
  return `${name}  ${counted(records, "record")}, ${missing} missing${contradicts}  (${state})`;
}

function reputationLine({ score, window: [from, to], complete, punctual, signed, trusted }: Reputation): string {
  const percent = (share: number | null): string => (share === null ? "unknown" : `${Math.round(100 * share)} %`);
  const parts = `complete ${percent(complete)}, punctual ${percent(punctual)}, signed ${percent(signed)}`;
  const reviews = trusted === null ? "" : `, trusted by ${percent(trusted)} of its auditors`;
  return `reputation ${score} of 100 by the numbers ${from} to ${to}: ${parts}${reviews}`;
}

function sayAll(view: SourceView, output: Output): void {
  output.say(lineOf(view), { isBold: true });
  for (const { from, key, thumbprint, endedAt, why } of view.keys) {
    const what = key === null ? "a person's own key" : `${key.crv} ${thumbprint}`;
    const until = endedAt === null ? "counts" : `to leaf ${endedAt} (${why})`;
    output.say(`  key of leaf ${from}: ${what}, ${until}`, { mark: endedAt === null ? "holds" : "unchecked" });
  }
  if (view.reputation) output.say(`  ${reputationLine(view.reputation)}`);
  if (view.conflicts > 0)
    output.say(
      `  ${counted(view.conflicts, "record")} signed under the number of another one; see leaf ${view.conflictEvents.join(", ")}`,
      { mark: "refuted" },
    );
  const shown = view.ranges.slice(0, SHOWN_RANGES).map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`));
  if (shown.length > 0)
    output.say(`  missing numbers: ${shown.join(", ")}${view.ranges.length > SHOWN_RANGES ? ", …" : ""}`);
}
