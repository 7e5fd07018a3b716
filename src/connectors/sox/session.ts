/**
 * An XMPP session that is kept up, and the requests of PubSub (XEP-0060) over it.
 *
 * It makes up for what the client leaves open: a password is sent only over TLS unless the operator says otherwise;
 * text is decoded across the pieces that a socket delivers; the size of a stanza is limited; and whoever waits for an
 * answer learns at once that the connection is lost.
 */
import { StringDecoder } from "node:string_decoder";
import { client, xml, type Client, type Credentials, type Element } from "@xmpp/client";
import { WarifuError } from "../../core/errors.ts";
import { useTls } from "./tls.ts";

export interface SessionParts {
  readonly service: string;
  readonly domain: string;
  readonly username: string;
  readonly password: string;
  readonly resource: string;
  /** Address of the PubSub service. */
  readonly pubsub: string;
  /** PEM of the server's authority, if it is not a public one. */
  readonly ca: Buffer | undefined;
  /** Whether the password may go over a connection without TLS; never as plain text. */
  readonly mayBePlain: boolean;
  /** How long an answer may take, and a connection to come about. */
  readonly answerMs?: number;
  readonly onOnline: () => void;
  readonly onLost: (reason?: unknown) => void;
  /** An item that the PubSub service sent as it was published. */
  readonly onItem: (node: string, item: Element) => void;
}

const PUBSUB = "http://jabber.org/protocol/pubsub";
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;
const PING_MS = 60_000;
const ANSWER_MS = 30_000;
/** Stream management, and the newer way to authenticate, which turns that on too. */
const EXTRAS = [
  ["sm", "urn:xmpp:sm:3"],
  ["authentication", "urn:xmpp:sasl:2"],
] as const;
const MOST_STANZA_BYTES = 1_048_576;

/** A session: one connection after the other, each with a client of its own. */
export class Session {
  readonly #parts: SessionParts;
  #client: Client | undefined;
  #next: NodeJS.Timeout | undefined;
  #ping: NodeJS.Timeout | undefined;
  #late: NodeJS.Timeout | undefined;
  /** Rejects once the client is lost. */
  #lost = Promise.withResolvers<never>();
  /** Connections in a row that did not come about. */
  #failures = 0;
  #isStopped = false;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  get #answerMs(): number {
    return this.#parts.answerMs ?? ANSWER_MS;
  }

  /** Whether there is a connection, or one that comes about. */
  get isConnected(): boolean {
    return this.#client !== undefined;
  }

  start(): void {
    const { service, domain, ca, resource, onItem } = this.#parts;
    const entity = client({ service, domain, resource, credentials: this.#credentials() });
    // It would try again by itself only after some of the ways in which a connection ends.
    entity.reconnect.stop();
    this.#client = entity;
    this.#lost = Promise.withResolvers();
    this.#lost.promise.catch(() => undefined);
    entity.prependListener("element", withoutExtras);
    useTls(entity, { domain, ca, onFailure: (error) => this.#lose(entity, error) });
    this.#limit(entity);
    const silent = new WarifuError("SERVICE_UNREACHABLE", "the server does not answer");
    this.#late = setTimeout(() => this.#lose(entity, silent), this.#answerMs).unref();
    entity.on("online", () => this.#online());
    entity.on("disconnect", () => this.#lose(entity));
    entity.on("error", (error) => this.#lose(entity, error));
    entity.on("stanza", (stanza) => {
      // Anybody may send a message that looks like one of the service.
      if (!stanza.is("message") || stanza.attrs["from"] !== this.#parts.pubsub) return;
      const items = stanza.getChild("event", `${PUBSUB}#event`)?.getChild("items");
      for (const item of items?.getChildren("item") ?? []) onItem(items?.attrs["node"] ?? "", item);
    });
    entity.start().catch((error: unknown) => this.#lose(entity, error));
  }

  #online(): void {
    clearTimeout(this.#late);
    this.#failures = 0;
    this.#ping = setInterval(() => void this.#ask("get", "ping").catch(() => this.reset()), PING_MS).unref();
    this.#parts.onOnline();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#next);
    clearInterval(this.#ping);
    clearTimeout(this.#late);
    await this.#client?.stop().catch(() => undefined);
  }

  /** Ends this connection; the next one follows. */
  reset(reason?: unknown): void {
    if (this.#client) this.#lose(this.#client, reason);
  }

  #lose(entity: Client, error?: unknown): void {
    if (entity !== this.#client || this.#isStopped) return;
    this.#client = undefined;
    clearInterval(this.#ping);
    clearTimeout(this.#late);
    entity.stop().catch(() => undefined);
    const reason = error === undefined ? undefined : lossOf(error);
    this.#lost.reject(reason ?? new WarifuError("SERVICE_UNREACHABLE", "the connection was lost"));
    this.#parts.onLost(reason);
    this.#next = setTimeout(() => this.start(), pauseAfter(this.#failures++, isRefusal(error))).unref();
  }

  /** From now on the server sends what is published. */
  async announce(): Promise<void> {
    await this.#client?.send(xml("presence", {}));
  }

  /** Safe to repeat. @throws SERVICE_UNREACHABLE */
  async subscribe(node: string): Promise<void> {
    const { username, domain } = this.#parts;
    await this.#ask("set", xml("subscribe", { node, jid: `${username}@${domain}` }));
  }

  /**
   * The newest items that the service keeps of a node.
   * @throws SERVICE_UNREACHABLE; TOO_LARGE together they are larger than a stanza may be, which has ended the connection
   */
  async history(node: string, most: number): Promise<readonly Element[]> {
    const answer = await this.#ask("get", xml("items", { node, max_items: String(most) }));
    return answer.getChild("pubsub", PUBSUB)?.getChild("items")?.getChildren("item") ?? [];
  }

  /** @param question a request of PubSub, or a ping (XEP-0199) */
  async #ask(type: "get" | "set", question: Element | "ping"): Promise<Element> {
    const content =
      question === "ping" ? xml("ping", { xmlns: "urn:xmpp:ping" }) : xml("pubsub", { xmlns: PUBSUB }, question);
    const iq = xml("iq", { type, to: this.#parts.pubsub }, content);
    try {
      if (this.#client)
        return await Promise.race([this.#client.iqCaller.request(iq, this.#answerMs), this.#lost.promise]);
    } catch (cause) {
      if (cause instanceof WarifuError) throw cause;
      // An error is an answer to a ping too.
      if (question === "ping" && isAnswer(cause)) return iq;
      throw new WarifuError("SERVICE_UNREACHABLE", `the PubSub service refused: ${conditionOf(cause)}`, { cause });
    }
    throw new WarifuError("SERVICE_UNREACHABLE", "there is no connection");
  }

  #credentials(): Credentials {
    const { username, password, mayBePlain } = this.#parts;
    return async (authenticate, mechanisms, _fast, entity) => {
      if (!entity.isSecure() && !mayBePlain)
        throw new WarifuError("SERVICE_UNREACHABLE", "the server offers no TLS, so the password was not sent");
      const mechanism = mechanisms.find((name) => name !== "ANONYMOUS" && (entity.isSecure() || name !== "PLAIN"));
      if (mechanism === undefined)
        throw new WarifuError("SERVICE_UNREACHABLE", "the server offers no way to authenticate that is known here");
      await authenticate({ username, password }, mechanism);
    };
  }

  /** Reads what comes over the socket: whole characters, and stanzas of a limited size. */
  #limit(entity: Client): void {
    const decoder = new StringDecoder("utf8");
    let stanzaBytes = 0;
    entity.on("element", () => (stanzaBytes = 0));
    entity._onData = (data) => {
      stanzaBytes += data.length;
      if (stanzaBytes > MOST_STANZA_BYTES)
        return this.#lose(entity, new WarifuError("TOO_LARGE", `a stanza may have ${MOST_STANZA_BYTES} bytes`));
      entity.parser?.write(decoder.write(Buffer.from(data)));
    };
  }
}

/**
 * The client counts stanzas wrongly where some are sent before stream management is on, for which servers cut it off; the
 * history makes up for what a resumed stream would have kept.
 */
function withoutExtras(element: Element): void {
  if (!element.is("features")) return;
  for (const [name, namespace] of EXTRAS) {
    const extra = element.getChild(name, namespace);
    if (extra) element.remove(extra);
  }
}

/**
 * How long to wait after a connection that was lost or did not come about. Whoever is refused as an account does not go on
 * trying: servers lock those out, and only the operator can fix it.
 */
export function pauseAfter(failures: number, isAccountRefused: boolean): number {
  return isAccountRefused ? LONGEST_PAUSE_MS : Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS);
}

function lossOf(error: unknown): WarifuError {
  if (error instanceof WarifuError) return error;
  const reason = isRefusal(error) ? `the server refused the account: ${conditionOf(error)}` : conditionOf(error);
  return new WarifuError("SERVICE_UNREACHABLE", reason, { cause: error });
}

/** Whether it says that username and password do not let anybody in. */
function isRefusal(error: unknown): boolean {
  return (Object(error) as { readonly name?: unknown }).name === "SASLError";
}

/** Errors of XMPP have a condition from a closed list; other messages are Node's. */
function conditionOf(error: unknown): string {
  const { condition, message, code } = Object(error) as Record<"condition" | "message" | "code", unknown>;
  return [condition, message, code].find((one): one is string => typeof one === "string" && one !== "") ?? "no answer";
}

function isAnswer(error: unknown): boolean {
  return typeof (Object(error) as { readonly condition?: unknown }).condition === "string";
}
