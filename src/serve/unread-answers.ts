/**
 * Answers that nobody reads pile up in memory: a client can send thousands of requests over one connection and read
 * nothing. Today's HTTP clients do not pipeline at all, so a connection with many unread answers is cut.
 */
import type { RequestListener } from "node:http";
import type { Socket } from "node:net";

const UNREAD_ANSWERS = 16;

/**
 * Passes requests on while their connection reads its answers; requests that a cut connection has already sent are
 * ignored.
 * @param onCut called with a connection that is cut
 */
export function unlessUnread(listener: RequestListener, onCut: (socket: Socket) => void): RequestListener {
  const unread = new WeakMap<Socket, number>();
  return (request, response) => {
    const { socket } = request;
    const count = (unread.get(socket) ?? 0) + 1;
    unread.set(socket, count);
    if (socket.destroyed) return;
    if (count > UNREAD_ANSWERS) {
      onCut(socket);
      return void socket.destroy();
    }
    response.once("close", () => unread.set(socket, (unread.get(socket) ?? 1) - 1));
    listener(request, response);
  };
}
