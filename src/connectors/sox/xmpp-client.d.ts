/** What is used of the package, which comes without types. */
declare module "@xmpp/client" {
  /** An element of a stanza. */
  export interface Element {
    readonly name: string;
    readonly attrs: Readonly<Record<string, string | undefined>>;
    getChild(name: string, namespace?: string): Element | undefined;
    getChildren(name: string): Element[];
    getChildElements(): Element[];
    is(name: string, namespace?: string): boolean;
    remove(child: Element): void;
    toString(): string;
  }

  export interface Socket extends NodeJS.EventEmitter {
    connect(options: object): void;
  }

  export interface Transport {
    readonly Socket: new () => Socket;
    socketParameters(service: string): object | undefined;
  }

  export interface Client {
    readonly status: string;
    readonly iqCaller: { request(iq: Element, timeoutMs?: number): Promise<Element> };
    readonly reconnect: { stop(): void };
    on(event: "stanza" | "element", listener: (element: Element) => void): this;
    prependListener(event: "element", listener: (element: Element) => void): this;
    on(event: "error", listener: (error: unknown) => void): this;
    on(event: "online" | "disconnect", listener: () => void): this;
    isSecure(): boolean;
    start(): Promise<unknown>;
    stop(): Promise<unknown>;
    send(element: Element): Promise<void>;
    sendReceive(element: Element): Promise<Element>;
    /** Opens the stream anew. */
    restart(): Promise<unknown>;
    readonly transports: readonly { readonly prototype: Transport }[];
    readonly socket: unknown;
    /** What the socket connects with. */
    socketParameters(service: string): object | undefined;
    _attachSocket(socket: Socket): void;
    /** Called with what came over the socket. */
    _onData(data: Uint8Array): void;
    readonly parser: { write(text: string): void } | null;
  }

  /** Gives its credentials when the stream is ready for them. */
  export type Credentials = (
    authenticate: (credentials: { username: string; password: string }, mechanism: string) => Promise<void>,
    mechanisms: readonly string[],
    fast: unknown,
    entity: Client,
  ) => Promise<void>;

  export function client(options: {
    readonly service: string;
    readonly domain: string;
    readonly resource: string;
    readonly credentials: Credentials;
  }): Client;

  export function xml(
    name: string,
    attributes: Readonly<Record<string, string>>,
    ...children: readonly (Element | string)[]
  ): Element;
}
