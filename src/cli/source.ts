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
import { EXIT } from "./exit-code.ts";
import { readNamedFile } from "./named-files.ts";
import { forOfficer, officerClient, type OfficerOptions } from "./officer-options.ts";
import { address, treeSize } from "./option-values.ts";
import type { Output } from "./output.ts";
import { givenKey, loadSettings } from "./settings.ts";
import { frame } from "./texts/frame/en.ts";
import { sourceTexts } from "./texts/source/en.ts";
import type { Act, CommonOptions, DefineVerb } from "./verb.ts";

/** Sources per page of the list. */
const PAGE = 100;
const SHOWN_RANGES = 5;

export const defineSource: DefineVerb = (program, act) => {
  const source = program
    .command("source")
    .summary(sourceTexts().source.summary)
    .description(sourceTexts().source.description)
    .addHelpText("after", sourceTexts().source.after);
  defineKeygen(source, act);
  defineLooks(source, act);
  defineKeys(source, act);
  defineStates(source, act);
};

function defineKeygen(source: Command, act: Act): void {
  source
    .command("keygen")
    .argument("<file>", sourceTexts().keygen.file)
    .summary(sourceTexts().keygen.summary)
    .description(sourceTexts().keygen.description)
    .addOption(new Option("--curve <curve>", sourceTexts().keygen.curve).choices(SOURCE_CURVES).default("Ed25519"))
    .option("--json", frame().json)
    .action((file: string, options: CommonOptions & { readonly curve: SourceCurve }) =>
      act(options, async (output) => {
        const key = makeSourceKeyFile(file, options.curve);
        output.document({ file, publicFile: `${file}.pub`, key, thumbprint: keyThumbprint(key) });
        output.say(`${keyThumbprint(key)}  ${file}.pub`, { mark: "holds" });
        output.hint(sourceTexts().made(file));
        return EXIT.holds;
      }),
    );
}

function defineLooks(source: Command, act: Act): void {
  withAddress(source.command("list"))
    .option("--key <key>", sourceTexts().list.key)
    .option("--key-file <file>", frame().keyFile)
    .option("--json", frame().json)
    .summary(sourceTexts().list.summary)
    .description(sourceTexts().list.description)
    .action((options: OfficerOptions) =>
      act(options, async (output) => {
        const client = readerFor(options);
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
  withAddress(source.command("show").argument("<name>", sourceTexts().name))
    // Once it needed a key: commands that give one still run.
    .addOption(new Option("--key <key>").hideHelp())
    .addOption(new Option("--key-file <file>").hideHelp())
    .option("--json", frame().json)
    .summary(sourceTexts().show.summary)
    .description(sourceTexts().show.description)
    .action((name: string, options: OfficerOptions) =>
      act(options, async (output) => {
        const view = await readerFor(options).source(name);
        output.document(view);
        sayAll(view, output);
        return EXIT.holds;
      }),
    );
}

function defineKeys(source: Command, act: Act): void {
  interface KeyChange extends OfficerOptions {
    readonly signingKey: string;
    readonly personal?: boolean;
    readonly keepOld?: boolean;
  }
  const keyOf = ({ signingKey, personal }: KeyChange) => ({
    key: readSourceKey(readNamedFile(signingKey, "signing key")),
    personal,
  });
  forOfficer(source.command("add").argument("<name>", sourceTexts().add.name))
    .summary(sourceTexts().add.summary)
    .description(sourceTexts().add.description)
    .option("--signing-key <file>", sourceTexts().add.signingKey)
    .option("--personal", sourceTexts().personal)
    .action((name: string, options: KeyChange & { readonly signingKey?: string }) =>
      change(act, options, sourceTexts().add.done(name), (client) =>
        client.registerSource(name, options.signingKey === undefined ? undefined : keyOf(options)),
      ),
    );
  forOfficer(source.command("rotate").argument("<name>", sourceTexts().name))
    .summary(sourceTexts().rotate.summary)
    .description(sourceTexts().rotate.description)
    .requiredOption("--signing-key <file>", sourceTexts().rotate.signingKey)
    .option("--personal", sourceTexts().personal)
    .option("--keep-old", sourceTexts().rotate.keepOld)
    .action((name: string, options: KeyChange) =>
      change(act, options, sourceTexts().rotate.done(name), (client) =>
        client.rotateSourceKey(name, { ...keyOf(options), ...(options.keepOld === true && { keepOld: true }) }),
      ),
    );
  forOfficer(source.command("revoke").argument("<name>", sourceTexts().name))
    .summary(sourceTexts().revoke.summary)
    .description(sourceTexts().revoke.description)
    .option("--which <leaf>", sourceTexts().revoke.which, treeSize)
    .addOption(
      new Option("--reason <reason>", sourceTexts().revoke.reason).choices(REVOCATION_REASONS).makeOptionMandatory(),
    )
    .action((name: string, options: OfficerOptions & { readonly which?: number; readonly reason: RevocationReason }) =>
      change(act, options, sourceTexts().revoke.done(name), (client) =>
        client.revokeSourceKey(name, { key: options.which, reason: options.reason }),
      ),
    );
}

function defineStates(source: Command, act: Act): void {
  forOfficer(source.command("suspend").argument("<name>", sourceTexts().name))
    .summary(sourceTexts().suspend.summary)
    .description(sourceTexts().suspend.description)
    .action((name: string, options: OfficerOptions) =>
      change(act, options, sourceTexts().suspend.done(name), (client) => client.suspendSource(name)),
    );
  forOfficer(source.command("resume").argument("<name>", sourceTexts().name))
    .summary(sourceTexts().resume.summary)
    .description(sourceTexts().resume.description)
    .action((name: string, options: OfficerOptions) =>
      change(act, options, sourceTexts().resume.done(name), (client) => client.resumeSource(name)),
    );
  forOfficer(source.command("repair").argument("<name>", sourceTexts().name))
    .summary(sourceTexts().repair.summary)
    .description(sourceTexts().repair.description)
    .requiredOption("--from <seq>", sourceTexts().repair.from, treeSize)
    .action((name: string, options: OfficerOptions & { readonly from: number }) =>
      change(act, options, sourceTexts().repair.done(name, options.from), (client) =>
        client.repairSource(name, options.from),
      ),
    );
}

/** Enters a change in the log, and says at which leaf. */
function change(
  act: Act,
  options: OfficerOptions,
  done: string,
  enter: (client: Client) => Promise<SourceEventEntered>,
): Promise<void> {
  return act(options, async (output) => {
    const entered = await enter(officerClient(options));
    output.document(entered);
    output.say(sourceTexts().entered(done, entered.leafIndex), { mark: "holds" });
    return EXIT.holds;
  });
}

function withAddress(command: Command): Command {
  return command.option("--url <url>", frame().url, address);
}

/** Everybody may read: only a key that the command names goes along. */
function readerFor(options: OfficerOptions): Client {
  const url = options.url ?? loadSettings().client.url;
  return createClient({ url, apiKey: givenKey(options), attempts: 1 });
}

function lineOf({ name, records, missing, registeredAt, suspended, keys, conflicts }: SourceView): string {
  const words = sourceTexts();
  const counting = keys.filter(({ endedAt }) => endedAt === null).length;
  const signing = keys.length === 0 ? words.unsigned : words.keysCount(counting, keys.length);
  const state = suspended ? words.suspended : registeredAt === null ? words.notRegistered : signing;
  return words.line(name, records, missing, conflicts, state);
}

function reputationLine({ score, window: [from, to], complete, punctual, signed, trusted }: Reputation): string {
  const { reputation, unknown } = sourceTexts();
  const percent = (share: number | null): string => (share === null ? unknown : `${Math.round(100 * share)} %`);
  const shares = { complete: percent(complete), punctual: percent(punctual), signed: percent(signed) };
  return reputation({ score, from, to, ...shares, trusted: trusted === null ? undefined : percent(trusted) });
}

function sayAll(view: SourceView, output: Output): void {
  const words = sourceTexts();
  output.say(lineOf(view), { isBold: true });
  for (const { from, key, thumbprint, endedAt, why } of view.keys) {
    const what = key === null ? words.personsKey : `${key.crv} ${thumbprint}`;
    const until = endedAt === null ? words.counts : words.endedAt(endedAt, why);
    output.say(`  ${words.keyOf(from, what, until)}`, { mark: endedAt === null ? "holds" : "unchecked" });
  }
  if (view.reputation) output.say(`  ${reputationLine(view.reputation)}`);
  if (view.conflicts > 0)
    output.say(`  ${words.conflicts(view.conflicts, view.conflictEvents.join(", "))}`, { mark: "refuted" });
  const shown = view.ranges.slice(0, SHOWN_RANGES).map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`));
  if (shown.length > 0)
    output.say(`  ${words.missing(`${shown.join(", ")}${view.ranges.length > SHOWN_RANGES ? ", …" : ""}`)}`);
}
