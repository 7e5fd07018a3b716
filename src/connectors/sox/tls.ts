/**
 * TLS of an XMPP client: direct, or begun once the server offers it (STARTTLS, RFC 6120 section 5). The certificate must be for
 * the domain of the account, whatever host the address names, and by the authority that the operator gave, if any: the client
 * itself has no place for one.
 */
import { once } from "node:events";
import { isIP } from "node:net";
import { xml, type Client } from "@xmpp/client";
import { WarifuError } from "../../core/errors.ts";

const NAMESPACE = "urn:ietf:params:xml:ns:xmpp-tls";

export interface TlsParts {
  readonly domain: string;
  /** PEM of the authorities that count; without, those of Node. */
  readonly ca: Buffer | undefined;
  readonly onFailure: (error: unknown) => void;
}

/** Has a client use TLS wherever it can. Precondition: it has not connected yet. */
export function useTls(entity: Client, { domain, ca, onFailure }: TlsParts): void {
  const options = { ...(ca && { ca }), ...(isIP(domain) === 0 && { servername: domain }) };
  const parametersOf = entity.socketParameters.bind(entity);
  entity.socketParameters = (service) => ({ ...parametersOf(service), ...options });
  entity.prependListener("element", (features) => {
    if (entity.isSecure() || !features.is("features") || !features.getChild("starttls", NAMESPACE)) return;
    // Before there is TLS, nothing else that is offered counts.
    for (const feature of features.getChildElements()) features.remove(feature);
    begin(entity, { host: domain, ...options }).catch(onFailure);
  });
}

async function begin(entity: Client, options: object): Promise<void> {
  const answer = await entity.sendReceive(xml("starttls", { xmlns: NAMESPACE }));
  const transport = entity.transports.find(({ prototype }) => prototype.socketParameters("xmpps://a") !== undefined);
  if (!answer.is("proceed", NAMESPACE) || !transport)
    throw new WarifuError("SERVICE_UNREACHABLE", "the server offered TLS and then refused to begin it");
  const socket = new transport.prototype.Socket();
  socket.connect({ socket: entity.socket, ...options });
  await once(socket, "connect");
  entity._attachSocket(socket);
  await entity.restart();
}
