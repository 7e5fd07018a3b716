// A browser, as the service sees it: it keeps cookies, and says of its requests what browsers say.

import { call, type AskedService, type CalledAnswer, type CallOptions } from "./call.ts";

/** A browser with a page of the service's own open. */
export class BrowserWithCookies {
  readonly origin: string;
  readonly cookies = new Map<string, string>();
  readonly #service: AskedService;
  readonly #header: Readonly<Record<string, string>>;

  /**
   * @param header with which its page names itself
   * @param origin of the page, if the service does not say `localhost`
   */
  constructor(service: AskedService, header: Readonly<Record<string, string>>, origin?: string) {
    const { port } = new URL(service.url);
    this.origin = origin ?? `http://localhost:${port}`;
    this.#service = origin === undefined ? { ...service, url: this.origin } : service;
    this.#header = header;
  }

  /** What goes with each request of the page. */
  get headers(): Readonly<Record<string, string>> {
    const cookie = [...this.cookies].map((pair) => pair.join("=")).join("; ");
    return { origin: this.origin, "sec-fetch-site": "same-origin", ...this.#header, cookie };
  }

  /** A request of the page; `headers` replace those that it sends by itself, an empty text leaves one out. */
  async ask(path: string, options: CallOptions & { readonly value?: object } = {}): Promise<CalledAnswer> {
    const { value, headers: given, ...rest } = options;
    const own = { ...this.headers, ...given };
    const headers = Object.fromEntries(Object.entries(own).filter(([, text]) => text !== ""));
    const body = value && JSON.stringify(value);
    const answer = await call(this.#service, path, { ...rest, headers, ...(body !== undefined && { body }) });
    for (const line of answer.headers.getSetCookie()) this.#keep(line);
    return answer;
  }

  #keep(line: string): void {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value === "" || /expires=thu, 01 jan 1970/i.test(line)) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}
