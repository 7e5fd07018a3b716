/**
 * Variables that Kubernetes sets in every container for each of its Services, here those whose name is or begins with
 * `warifu`: they look like our settings and are not.
 */
const SERVICE_LINK =
  /^(WARIFU(?:_\w+?)??)_(SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT|PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)$/;
const LINKED_ADDRESS = /^(?:tcp|udp|sctp):\/\//;

/** Whether a variable is one of these. They come as a set, with a host or an address; a lone one is a typing error. */
export function isServiceLink(
  name: string,
  environment: NodeJS.ProcessEnv,
  isSetting: (name: string) => boolean,
): boolean {
  const [, service, part] = SERVICE_LINK.exec(name) ?? [];
  if (service === undefined) return false;
  const isAddress = LINKED_ADDRESS.test(environment[name] ?? "");
  // A Service called `warifu-http` creates a variable with the name of a setting, which never holds such an address.
  if (part === "PORT" || isSetting(name)) return isAddress;
  const hasHost = (environment[`${service}_SERVICE_HOST`] ?? "") !== "";
  return isAddress || hasHost || LINKED_ADDRESS.test(environment[`${service}_PORT`] ?? "");
}
