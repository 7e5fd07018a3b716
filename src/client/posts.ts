/** What the client does about citizens' posts: what is shown to everybody, and what officers of the city do. */
import type { PostView } from "../posts/post-views.ts";
import type { TimelinePage } from "../posts/posts.ts";
import type { NewStatus } from "../posts/posting.ts";
import type { ResultsOfTheme } from "../posts/theme-results.ts";
import type { NewTheme, ThemeView } from "../posts/themes.ts";
import type { Acknowledgement } from "../write/outcome.ts";

/** Which part of the timeline is wanted. */
export interface TimelineFilter {
  readonly theme?: string;
  readonly category?: string;
  /** `next` of the part before. */
  readonly before?: string;
  readonly limit?: number;
}

/** The part of the client that is about posts. */
export interface PostClient {
  timeline(filter?: TimelineFilter): Promise<TimelinePage>;
  post(id: string): Promise<PostView>;
  themes(): Promise<{ readonly themes: readonly ThemeView[] }>;
  /** @param language in which words are counted */
  themeResults(theme: string, language?: string): Promise<ResultsOfTheme>;
  /** Sets a theme down, or anew; with an officer's key. */
  putTheme(theme: NewTheme): Promise<Acknowledgement>;
  /** Makes an invitation to a theme that is not open; with an officer's key. */
  inviteToTheme(
    theme: string,
    wanted?: { readonly days?: number; readonly uses?: number },
  ): Promise<{ readonly token: string; readonly link: string; readonly expiresAt: string }>;
  /** Says what the city does about a post, or any other report; with an officer's key. */
  setPostStatus(id: string, status: NewStatus): Promise<Acknowledgement>;
}

/** This part of the client, built on JSON requests. */
export function postClient(
  read: <T>(path: string) => Promise<T>,
  post: <T>(path: string, value: object) => Promise<T>,
): PostClient {
  const themeAt = (theme: string): string => `/v1/themes/${encodeURIComponent(theme)}`;
  const postAt = (id: string): string => `/v1/posts/${encodeURIComponent(id)}`;
  return {
    timeline: (filter = {}) => {
      const given = Object.entries(filter).filter(([, value]) => value !== undefined);
      return read(
        `/v1/timeline?${new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()}`,
      );
    },
    post: (id) => read(postAt(id)),
    themes: () => read("/v1/themes"),
    themeResults: (theme, language) =>
      read(`${themeAt(theme)}/results${language === undefined ? "" : `?language=${encodeURIComponent(language)}`}`),
    putTheme: (theme) => post("/v1/themes", theme),
    inviteToTheme: (theme, wanted = {}) => post(`${themeAt(theme)}/invitations`, wanted),
    setPostStatus: (id, status) => post(`${postAt(id)}/status`, status),
  };
}
