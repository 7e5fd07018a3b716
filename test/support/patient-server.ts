// An HTTP server of a test's own. Node's closes a connection after five idle seconds, which may be just when a client
// sends its next request over it: on a busy machine, a test then fails now and then for no fault of its own.

import { createServer, type RequestListener, type Server } from "node:http";

/** Longer than any test. */
const KEEP_ALIVE_MS = 600_000;

/** Makes a server, not listening yet, that leaves closing idle connections to its clients and to its end. */
export function patientServer(listener: RequestListener): Server {
  return createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, listener);
}
