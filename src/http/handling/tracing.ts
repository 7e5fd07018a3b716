/**
 * Spans of requests for OpenTelemetry: of no effect until the operator loads an SDK (`node --import`). Names and attributes
 * are the method, the route's pattern and the status, so nothing personal can get in.
 * https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 */
import type { IncomingMessage } from "node:http";
import { context, propagation, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";

/** What is known of a request once it is answered. */
export interface TracedAnswer {
  readonly method: string;
  /** Its pattern. */
  readonly route: string;
  readonly status: number;
}

const tracer = trace.getTracer("warifu");

/**
 * Begins the span of a request, below that of its sender if it names one (`traceparent`).
 * @returns to be called at the end of the answer; a span that is not ended is not exported
 */
export function traceRequest({ headers }: IncomingMessage): (answer: TracedAnswer) => void {
  const parent = propagation.extract(context.active(), headers);
  const span = tracer.startSpan("request", { kind: SpanKind.SERVER }, parent);
  return ({ method, route, status }) => {
    span.updateName(`${method} ${route}`);
    span.setAttributes({
      "http.request.method": method,
      "http.route": route,
      "http.response.status_code": status,
    });
    if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  };
}
