// Requests to a service under test. Every answer is held against the OpenAPI document on the way.

import { expect } from "chai";

import type { Role } from "../../../src/keys/api-keys.ts";
import type { ErrorCode } from "../../../src/core/errors.ts";
import type { TestService } from "../../support/service.ts";
import { expectDescribed, type Answer } from "./described-answers.ts";

/** What is asked: a service under test, or one that a test has started as people do. */
export type AskedService = Pick<TestService, "url" | "keys">;

/** What differs from a plain GET. */
export interface CallOptions {
  readonly method?: string;
  /** The role whose key is sent; none without it. */
  readonly role?: Role;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Media type of the body, JSON without it. */
  readonly type?: string;
}

export type CalledAnswer = Answer & { readonly json: unknown };

/** Makes one request. */
export async function call(service: AskedService, path: string, options: CallOptions = {}): Promise<CalledAnswer> {
  const { role, body, type = "application/json" } = options;
  const method = options.method ?? (body === undefined ? "GET" : "POST");
  const headers = {
    ...(role && { authorization: `Bearer ${service.keys[role]}` }),
    ...(body !== undefined && { "content-type": type }),
    ...options.headers,
  };
  const init: RequestInit = {
    method,
    headers,
    redirect: "manual",
    ...(body !== undefined && { body: body as BodyInit }),
  };
  const response = await fetch(`${service.url}${path}`, init);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const answer = { status: response.status, headers: response.headers, bytes, text: new TextDecoder().decode(bytes) };
  expectDescribed(method, path, answer);
  const isJson = /^application\/(problem\+)?json/.test(response.headers.get("content-type") ?? "");
  return { ...answer, json: isJson ? JSON.parse(answer.text) : undefined };
}

/** Submits one JSON text as a submitter. */
export function submit(
  service: TestService,
  body: string | Uint8Array,
  options: CallOptions = {},
): Promise<CalledAnswer> {
  return call(service, "/v1/records", { role: "submitter", body, ...options });
}

/** Submits NDJSON and parses the results. */
export async function submitLines(service: TestService, body: string | Uint8Array, options: CallOptions = {}) {
  const answer = await submit(service, body, { type: "application/x-ndjson", ...options });
  const isLines = answer.headers.get("content-type")?.startsWith("application/x-ndjson") === true;
  return { ...answer, results: isLines ? parseLines(answer.text) : [] };
}

/** One result of a batch. */
export interface Result {
  readonly id?: string;
  readonly leafIndex?: number;
  readonly leafHash?: string;
  readonly checkpoint?: string;
  readonly error?: { readonly code: ErrorCode; readonly status: number; readonly detail?: string };
}

function parseLines(text: string): Result[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Result);
}

/** Fails unless the answer is a problem of that status and code. */
export function expectProblem(answer: CalledAnswer, status: number, code: ErrorCode): void {
  expect(answer.status, answer.text).to.equal(status);
  expect(answer.headers.get("content-type")).to.equal("application/problem+json");
  expect(answer.json).to.include({ status, code, type: `urn:warifu:error:${code.toLowerCase().replaceAll("_", "-")}` });
}

/** A sensor's reading; `more` overrides. */
export function reading(temperature: number, more: object = {}): object {
  return { type: "sensor-reading", source: "santander/env-419", claims: { temperature }, ...more };
}

/** The same as JSON text. */
export function readingText(temperature: number, more: object = {}): string {
  return JSON.stringify(reading(temperature, more));
}
