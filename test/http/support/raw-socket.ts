// Bytes over a bare TCP socket, for requests that no HTTP library would send.

import { connect } from "node:net";

/** Sends bytes and gathers what comes back until the other side closes, or `patienceMs` pass. */
export function exchange(url: string, sent: string | readonly Uint8Array[], patienceMs = 60_000): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    let text = "";
    const settle = (isClosed: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ text, isClosed, statuses: [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, code]) => Number(code)) });
    };
    const timer = setTimeout(() => settle(false), patienceMs);
    socket.setEncoding("latin1");
    socket.on("data", (piece: string) => (text += piece));
    socket.on("error", () => settle(true));
    socket.on("close", () => settle(true));
    for (const piece of typeof sent === "string" ? [sent] : sent) socket.write(piece as string, "latin1");
  });
}

/** What came back. */
export interface RawAnswer {
  readonly text: string;
  /** Whether the other side closed the connection. */
  readonly isClosed: boolean;
  /** The status of each answer, in order. */
  readonly statuses: readonly number[];
}
