/**
 * Several nodes that are asked the same question and compared. An answer counts when a quorum of the nodes give it; so
 * taking one node down never lowers the number that must agree, it only makes everything wait.
 *
 * A node that does not answer is left alone for a while, longer each time, so that its time-outs do not slow down the
 * others. If too few would be left for a quorum, all are asked. A node that keeps the others waiting too long counts as
 * silent.
 */
import { WarifuError, codeOf, messageOf } from "../../core/errors.ts";
import type { ChainHealth, ChainNode, EndpointHealth } from "../chain.ts";

const FAILURES_BEFORE_PAUSE = 3;
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 60_000;
/** How long the others wait for one more answer once enough have given theirs. */
const PATIENCE_MS = 2_000;
/** How long a conflict lasts on a question that is not asked again, such as a height where nothing happened. */
const CONFLICT_MS = 60_000;

/** What one node answered. */
export interface Answer<T> {
  readonly node: ChainNode;
  readonly value: T;
}

interface Endpoint {
  readonly node: ChainNode;
  lastAnswerAt: number | null;
  failures: number;
  lastError: string | null;
  height: number | null;
  pausedUntil: number;
}

/** The nodes and their health. */
export class Endpoints {
  readonly quorum: number;
  readonly #endpoints: readonly Endpoint[];
  readonly #conflicts = new Map<string, { readonly message: string; readonly at: number }>();
  /** POSIX milliseconds. */
  readonly now: () => number;

  /** @param nodes at least one; two of them must agree where there are two */
  constructor(nodes: readonly ChainNode[], now: () => number) {
    this.quorum = Math.min(2, nodes.length);
    this.now = now;
    this.#endpoints = nodes.map((node) => ({
      node,
      lastAnswerAt: null,
      failures: 0,
      lastError: null,
      height: null,
      pausedUntil: 0,
    }));
  }

  get nodes(): readonly ChainNode[] {
    return this.#endpoints.map(({ node }) => node);
  }

  health(): ChainHealth {
    const endpoints = this.#endpoints.map(({ node, lastAnswerAt, failures, lastError, height }): EndpointHealth => ({
      name: node.name,
      lastAnswerAt,
      failures,
      lastError,
      counts: { ...node.counts },
      height,
    }));
    for (const [what, { at }] of this.#conflicts) if (this.now() - at > CONFLICT_MS) this.#conflicts.delete(what);
    return { endpoints, conflicts: [...this.#conflicts.values()].map(({ message }) => message) };
  }

  /**
   * The answers of all nodes that gave one.
   * @throws the node's own error if there is only one node, or if enough of them fail in the same way; CHAIN_UNREACHABLE
   * when fewer than the quorum answer
   */
  async ask<T>(question: (node: ChainNode) => Promise<T>): Promise<Answer<T>[]> {
    const awake = this.#endpoints.filter(({ pausedUntil }) => pausedUntil <= this.now());
    const asked = awake.length >= this.quorum ? awake : this.#endpoints;
    const outcomes = await this.#outcomesOf(asked, question);
    const answers = outcomes.filter((outcome) => "value" in outcome);
    if (answers.length >= this.quorum) return answers;
    throw this.#failureOf(outcomes.flatMap((outcome) => ("error" in outcome ? [outcome.error] : [])));
  }

  /**
   * The answer that at least a quorum of the nodes give.
   * @throws CHAIN_MISMATCH when they contradict each other; as {@link ask}
   */
  async agree<T>(what: string, question: (node: ChainNode) => Promise<T>, keyOf: (value: T) => string): Promise<T> {
    return this.agreement(what, await this.ask(question), keyOf);
  }

  /**
   * What at least a quorum of these answers say. A dissent is a conflict until the same question is answered without one.
   */
  agreement<T>(what: string, answers: readonly Answer<T>[], keyOf: (value: T) => string): T {
    const groups = Map.groupBy(answers, ({ value }) => keyOf(value));
    const sorted = [...groups.values()].sort((a, b) => b.length - a.length);
    if (sorted.length === 1) this.#conflicts.delete(what);
    else this.#conflicts.set(what, { message: conflictOf(what, sorted), at: this.now() });
    const [largest] = sorted;
    if (largest !== undefined && largest.length >= this.quorum) return (largest[0] as Answer<T>).value;
    throw new WarifuError("CHAIN_MISMATCH", conflictOf(what, sorted), { details: { what } });
  }

  /** Notes that a node contradicts the others on something; forgotten after a while. */
  noteConflict(node: ChainNode, what: string): void {
    const message = `the endpoints do not agree on the ${what}: ${node.name} against the others`;
    this.#conflicts.set(`${what}, ${node.name}`, { message, at: this.now() });
  }

  /** The largest number that at least a quorum of the nodes reach: a single node that claims more does not raise it. */
  async reached<T extends number | bigint>(question: (node: ChainNode) => Promise<T>): Promise<T> {
    const values = (await this.ask(question)).map(({ value }) => value);
    return values.sort((a, b) => (a < b ? 1 : a > b ? -1 : 0))[this.quorum - 1] as T;
  }

  /** The first usable answer; for answers that prove themselves. @throws the last node's error */
  async first<T>(question: (node: ChainNode) => Promise<T>): Promise<T> {
    const errors: unknown[] = [];
    const isLeftAlone = ({ pausedUntil }: Endpoint): boolean => pausedUntil > this.now();
    // Nodes that are being left alone come last: each may cost a whole time-out.
    for (const endpoint of this.#endpoints.toSorted((a, b) => Number(isLeftAlone(a)) - Number(isLeftAlone(b)))) {
      const outcome = await this.#askOne(endpoint, question);
      if ("value" in outcome) return outcome.value;
      errors.push(outcome.error);
    }
    // "Not found" from one node outweighs evidence from another that is invalid or cannot be read.
    throw errors.find(isNotHere) ?? errors.find((error) => !isInvalidEvidence(error)) ?? errors[0];
  }

  noteHeight(node: ChainNode, height: number): void {
    const endpoint = this.#endpoints.find((one) => one.node === node);
    if (endpoint) endpoint.height = height;
  }

  /** One outcome for each node; one that takes much longer than a quorum of the others counts as not answering. */
  async #outcomesOf<T>(
    asked: readonly Endpoint[],
    question: (node: ChainNode) => Promise<T>,
  ): Promise<(Answer<T> | { readonly error: unknown })[]> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    late.catch(() => undefined);
    let [answers, timer]: [number, NodeJS.Timeout | undefined] = [0, undefined];
    const outcomes = await Promise.all(
      asked.map(async (endpoint) => {
        const outcome = await this.#askOne(endpoint, (node) => Promise.race([question(node), late]));
        const isEnough = "value" in outcome && ++answers === this.quorum && asked.length > this.quorum;
        if (isEnough) timer = setTimeout(() => reject(tooSlow()), PATIENCE_MS);
        return outcome;
      }),
    );
    clearTimeout(timer);
    return outcomes;
  }

  async #askOne<T>(
    endpoint: Endpoint,
    question: (node: ChainNode) => Promise<T>,
  ): Promise<Answer<T> | { readonly error: unknown }> {
    try {
      const value = await question(endpoint.node);
      this.#noteAnswer(endpoint);
      return { node: endpoint.node, value };
    } catch (error) {
      // A refusal is an answer too.
      if (!isSilence(error)) this.#noteAnswer(endpoint);
      else this.#noteFailure(endpoint, messageOf(error));
      return { error };
    }
  }

  #noteAnswer(endpoint: Endpoint): void {
    endpoint.lastAnswerAt = this.now();
    endpoint.failures = 0;
    endpoint.lastError = null;
  }

  #noteFailure(endpoint: Endpoint, reason: string): void {
    endpoint.failures++;
    endpoint.lastError = reason;
    if (endpoint.failures < FAILURES_BEFORE_PAUSE) return;
    const pause = FIRST_PAUSE_MS * 2 ** (endpoint.failures - FAILURES_BEFORE_PAUSE);
    endpoint.pausedUntil = this.now() + Math.min(pause, LONGEST_PAUSE_MS);
  }

  #failureOf(errors: readonly unknown[]): unknown {
    const [first] = errors;
    const alike = errors.filter(
      (error) => error instanceof WarifuError && first instanceof WarifuError && error.code === first.code,
    );
    if (this.#endpoints.length === 1 || (alike.length >= this.quorum && !isSilence(first))) return first;
    const [said] = errors.map(messageOf);
    return new WarifuError(
      "CHAIN_UNREACHABLE",
      `of ${this.#endpoints.length} endpoints, ${this.quorum} must answer and agree, and fewer did: ${said ?? ""}`,
    );
  }
}

function conflictOf<T>(what: string, groups: readonly (readonly Answer<T>[])[]): string {
  const sides = groups.map((group) => group.map(({ node }) => node.name).join(", "));
  return `the endpoints do not agree on the ${what}: ${sides.join(" against ")}`;
}

/** No answer at all, or an unreadable one; a refusal in the node's own words is an answer. */
function isSilence(error: unknown): boolean {
  return codeOf(error) === "CHAIN_UNREACHABLE";
}

function tooSlow(): WarifuError {
  return new WarifuError("CHAIN_UNREACHABLE", `no answer within ${PATIENCE_MS} ms after enough others had answered`);
}

function isNotHere(error: unknown): boolean {
  return codeOf(error) === "NOT_ANCHORED_YET";
}

function isInvalidEvidence(error: unknown): boolean {
  return codeOf(error) === "CHAIN_EVIDENCE_INVALID" || codeOf(error) === "NO_ANCHOR_IN_RECEIPT";
}
