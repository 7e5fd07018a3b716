/**
 * `warifu key`: issues, lists and revokes API keys over HTTP, with the key of an administrator; and makes keys of accounts
 * on the chain (key-account.ts).
 */
import { Option, type Command } from "commander";
import { ROLES, type Role } from "../access.ts";
import { WarifuError } from "../core/errors.ts";
import type { JsonValue } from "../core/json.ts";
import { createClient, type ClientOptions } from "../http/client.ts";
import { errorOfProblem } from "../http/problem.ts";
import { EXIT } from "./exit-code.ts";
import { defineKeyAccount } from "./key-account.ts";
import { address } from "./option-values.ts";
import { inSeconds } from "./output.ts";
import { apiKeyFor, loadSettings } from "./settings.ts";
import type { CommonOptions, DefineVerb } from "./verb.ts";

type Server = Pick<ClientOptions, "url" | "apiKey" | "attempts">;

/** A key as the service lists it. */
interface KeyView {
  readonly keyId: string;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: string;
  readonly revokedAt: string | null;
}

interface KeyOptions extends CommonOptions {
  readonly url?: string;
  readonly key?: string;
}

const EXAMPLES = `
API keys need the key of an administrator: --key, WARIFU_API_KEY, or the first one of a service on this machine.

Examples:
  warifu key add gateway-7 --role submitter
  warifu key list
  warifu key revoke 4f0c9e2d1b3a5768
  warifu key account new --keystore anchor.json --password-file anchor.password`;

export const defineKey: DefineVerb = (program, act) => {
  const key = program
    .command("key")
    .summary("issue, list and revoke API keys; make keys of accounts on the chain")
    .description("Issues, lists and revokes API keys, and makes keys of accounts on the chain.")
    .addHelpText("after", EXAMPLES);
  withServer(key.command("add").argument("<name>", "what the key is for; never a person's name"))
    .summary("issue a key")
    .description("Issues a key and prints it. It is shown this once.")
    .addOption(new Option("--role <role>", "what the key allows").choices(ROLES).makeOptionMandatory())
    .action((name: string, options: KeyOptions & { readonly role: Role }) =>
      act(options, async (output) => {
        const { keyId, key: text } = await createClient(serverOf(options)).issueKey(name, options.role);
        output.document({ keyId, name, role: options.role, key: text });
        output.say(text);
        output.hint(`key ${keyId} for ${name} (${options.role}): note it down, it is not shown again`);
        return EXIT.holds;
      }),
    );
  withServer(key.command("list"))
    .summary("list all keys ever issued")
    .description("Lists all keys ever issued, without their secrets.")
    .action((options: KeyOptions) =>
      act(options, async (output) => {
        const keys = await listKeys(serverOf(options));
        output.document(keys);
        for (const { keyId, role, name, createdAt, revokedAt } of keys)
          output.say(
            `${keyId}  ${role.padEnd(9)}  ${inSeconds(createdAt)}  ${name}${revokedAt === null ? "" : `  (revoked ${inSeconds(revokedAt)})`}`,
          );
        return EXIT.holds;
      }),
    );
  withServer(key.command("revoke").argument("<keyid>", "the key's id, the 16 digits after wk_"))
    .summary("revoke a key")
    .description("Revokes a key; it is refused from that moment on.")
    .action((keyId: string, options: KeyOptions) =>
      act(options, async (output) => {
        if (!/^[0-9a-f]{16}$/.test(keyId)) throw new WarifuError("USAGE", "a key's id has 16 hexadecimal digits");
        await createClient(serverOf(options)).revokeKey(keyId);
        output.document({ keyId, revoked: true });
        output.say(`key ${keyId} is revoked`, { mark: "holds" });
        return EXIT.holds;
      }),
    );
  defineKeyAccount(key, act);
};

function withServer(command: Command): Command {
  return command
    .option("--url <url>", "the service (default: WARIFU_URL, else this machine's)", address)
    .option("--key <key>", "the administrator's API key")
    .option("--json", "print one JSON document");
}

function serverOf(options: KeyOptions): Server {
  const config = loadSettings();
  const url = options.url ?? config.client.url;
  return { url, apiKey: apiKeyFor(url, "admin", options.key, config), attempts: 1 };
}

/** @throws UNAUTHENTICATED, FORBIDDEN, SERVICE_UNREACHABLE */
async function listKeys({ url, apiKey }: Server): Promise<KeyView[]> {
  const headers = { authorization: `Bearer ${apiKey ?? ""}` };
  const response = await fetch(`${url.replace(/\/+$/, "")}/v1/keys`, { headers }).catch((cause: unknown) => {
    throw new WarifuError("SERVICE_UNREACHABLE", `${url} does not answer`, { cause });
  });
  const answer = (await response.json().catch(() => undefined)) as { items?: KeyView[] } | undefined;
  if (response.ok && Array.isArray(answer?.items)) return answer.items;
  const error = errorOfProblem(answer as JsonValue | undefined);
  throw error ?? new WarifuError("SERVICE_UNREACHABLE", `${url} answered ${response.status}, not as this service does`);
}
