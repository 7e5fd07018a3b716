// Spans for OpenTelemetry, taken by its SDK as an operator loads it: what was answered and what was committed, and nothing of
// whom.

import { SpanKind, SpanStatusCode, trace, propagation, type TextMapPropagator } from "@opentelemetry/api";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { expect } from "chai";

import { startService, type TestService } from "../support/service.ts";
import { reading } from "../support/ledger.ts";

describe("spans", () => {
  const exporter = new InMemorySpanExporter();
  let service: TestService;
  before(async () => {
    const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    trace.setGlobalTracerProvider(provider);
    propagation.setGlobalPropagator(new W3CTraceContextPropagator() as TextMapPropagator);
    service = await startService();
    exporter.reset();
  });
  after(async () => {
    await service.stop();
    trace.disable();
    propagation.disable();
  });

  it("name routes and batches, continue the sender's trace, and hold nothing else", async () => {
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const sent = { ...reading(1), key: "canary-key" };
    const posted = await fetch(`${service.url}/v1/records`, {
      method: "POST",
      headers: {
        ...{ traceparent, "content-type": "application/json" },
        authorization: `Bearer ${service.keys.submitter}`,
      },
      body: JSON.stringify(sent),
    });
    const { id } = (await posted.json()) as { id: string };
    await fetch(`${service.url}/v1/records/${id}?canary=1`);
    await fetch(`${service.url}/v1/privacy/requests`, {
      headers: { authorization: `Bearer ${service.keys.officer}` },
    });
    const spans = exporter.getFinishedSpans();
    const named = spans.map(({ name, kind, attributes, status }) => ({ name, kind, attributes, status: status.code }));
    const span = (method: string, route: string, status: number) => ({
      ...{ name: `${method} ${route}`, kind: SpanKind.SERVER, status: SpanStatusCode.UNSET },
      attributes: { "http.request.method": method, "http.route": route, "http.response.status_code": status },
    });
    expect(named).to.have.deep.members([
      { name: "commit", kind: SpanKind.INTERNAL, attributes: { "warifu.entries": 1 }, status: SpanStatusCode.UNSET },
      span("POST", "/v1/records", posted.status),
      span("GET", "/v1/records/:id", 200),
    ]);
    const post = spans.find(({ name }) => name.startsWith("POST"));
    expect(post?.spanContext().traceId).to.equal(traceparent.split("-")[1]);
    expect(JSON.stringify(named)).not.to.contain("canary");
  });
});
