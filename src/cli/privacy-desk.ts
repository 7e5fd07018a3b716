/** `warifu privacy requests`, `request …` and `copy`: the desk for what people ask for. */
import { Option, type Command } from "commander";
import type { Client } from "../client/client.ts";
import { REQUEST_OPERATIONS, type RequestOperation } from "../core/request-event.ts";
import { REQUEST_FILTERS, type RequestFilter } from "../privacy/requests.ts";
import type { RequestView } from "../privacy/request-view.ts";
import { EXIT } from "./exit-code.ts";
import { repeated } from "./option-values.ts";
import { writeNamedFile } from "./named-files.ts";
import { forOfficer, listed, officerClient, readWords, type OfficerOptions } from "./officer-options.ts";
import { inSeconds, type Output } from "./output.ts";
import { privacyTexts } from "./texts/privacy/en.ts";
import { requestTexts } from "./texts/requests/en.ts";
import type { Act } from "./verb.ts";

/** Others on the machine read it otherwise. */
const PRIVATE_FILE = 0o600;

/** Adds the verbs of the desk. */
export function defineDesk(privacy: Command, act: Act): void {
  defineList(privacy, act);
  const request = privacy
    .command("request")
    .summary(requestTexts().request.summary)
    .description(requestTexts().request.description);
  defineOpen(request, act);
  defineSteps(request, act);
  defineCopy(privacy, act);
}

function defineList(privacy: Command, act: Act): void {
  const { list } = requestTexts();
  forOfficer(privacy.command("requests"))
    .summary(list.summary)
    .description(list.description)
    .addOption(new Option("--state <state>", list.state).choices(REQUEST_FILTERS).default("open"))
    .action((options: OfficerOptions & { readonly state: RequestFilter }) =>
      act(options, async (output) => {
        const { items } = await officerClient(options).requests(options.state);
        output.document(items);
        for (const one of items) output.say(lineOf(one), { mark: markOf(one) });
        output.hint(list.found(items.length));
        return EXIT.holds;
      }),
    );
}

interface OpenOptions extends OfficerOptions {
  readonly record?: readonly string[];
  readonly subject?: string;
  readonly received?: string;
  readonly textFrom?: string;
}

function defineOpen(request: Command, act: Act): void {
  const { open, show, id: requestId } = requestTexts();
  forOfficer(request.command("open").argument("<operation>", open.operation(REQUEST_OPERATIONS.join(", "))))
    .summary(open.summary)
    .description(open.description)
    .option("--record <id>", open.record, repeated)
    .option("--subject <subject>", open.subject)
    .option("--received <time>", open.received)
    .option("--text-from <file>", open.textFrom)
    .action((operation: RequestOperation, options: OpenOptions) =>
      act(options, async (output) => {
        const { record: records, subject, received: receivedAt, textFrom } = options;
        const text = textFrom === undefined ? undefined : await readWords(textFrom, "request");
        const view = await officerClient(options).openRequest({ operation, records, subject, receivedAt, text });
        sayRequest(view, output);
        return EXIT.holds;
      }),
    );
  forOfficer(request.command("show").argument("<id>", requestId))
    .summary(show.summary)
    .description(show.description)
    .action((id: string, options: OfficerOptions) =>
      act(options, async (output) => {
        sayRequest(await officerClient(options).request(id), output);
        return EXIT.holds;
      }),
    );
}

interface StepOptions extends OfficerOptions {
  readonly told?: string[];
  readonly reasonFrom?: string;
  readonly provision?: string[];
}

function defineSteps(request: Command, act: Act): void {
  const { steps, ...words } = requestTexts();
  const step = (
    name: string,
    { summary, description }: { readonly summary: string; readonly description: string },
    take: (
      client: Client,
      id: string,
      said: { told: string[]; reason?: string; provisions: string[] },
    ) => Promise<RequestView>,
  ): Command =>
    forOfficer(request.command(name).argument("<id>", words.id))
      .summary(summary)
      .description(description)
      .action((id: string, options: StepOptions) =>
        act(options, async (output) => {
          const { told = [], provision: provisions = [], reasonFrom } = options;
          const reason = reasonFrom === undefined ? {} : { reason: await readWords(reasonFrom, "reason") };
          sayRequest(await take(officerClient(options), id, { told, provisions, ...reason }), output);
          return EXIT.holds;
        }),
      );
  const told = ["--told <codes>", words.told] as const;
  const reason = ["--reason-from <file>", words.reasonFrom] as const;
  step("identity", steps.identity, (client, id) => client.noteIdentity(id));
  step("extend", steps.extend, (client, id, { told, reason }) => client.extendRequest(id, { told, reason }))
    .requiredOption(...told, listed)
    .requiredOption(...reason);
  step("done", steps.done, (client, id, { told, reason }) => client.finishRequest(id, { told, reason }))
    .requiredOption(...told, listed)
    .option(...reason);
  step("refuse", steps.refuse, (client, id, said) => client.refuseRequest(id, said))
    .requiredOption(...told, listed)
    .requiredOption(...reason)
    .requiredOption("--provision <ids>", words.provision, listed);
}

function defineCopy(privacy: Command, act: Act): void {
  const { copy: words } = requestTexts();
  forOfficer(privacy.command("copy").argument("<id>", words.id))
    .summary(words.summary)
    .description(words.description)
    .requiredOption("-o, --output <file>", privacyTexts().privateOutput)
    .action((id: string, options: OfficerOptions & { readonly output: string }) =>
      act(options, async (output) => {
        const copy = await officerClient(options).personalCopy(id);
        writeNamedFile(options.output, `${JSON.stringify(copy, null, 2)}\n`, "copy", PRIVATE_FILE);
        const records = (copy["records"] as readonly unknown[]).length;
        output.document({ file: options.output, records });
        output.say(words.written(records, options.output), { mark: "holds" });
        return EXIT.holds;
      }),
    );
}

function sayRequest(view: RequestView, output: Output): void {
  output.document(view);
  output.say(lineOf(view), { mark: markOf(view) });
  const { step: line, takes } = requestTexts();
  for (const { state, leafIndex, at } of view.steps) output.say(line(inSeconds(at * 1_000), state, leafIndex));
  if (!view.needs) return;
  for (const [step, told] of Object.entries(view.needs)) output.say(takes(step, (told as readonly string[]).join(",")));
}

function lineOf({ due, ...view }: RequestView): string {
  return requestTexts().line({ ...view, due: inSeconds(due * 1_000) });
}

function markOf({ overdue, needs }: RequestView): "refuted" | "undecided" | "holds" {
  if (overdue) return "refuted";
  return needs ? "undecided" : "holds";
}
