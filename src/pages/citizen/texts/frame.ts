/** What the frame of the app says, and what is said wherever something is missing. */
import type { Catalogue } from "../../../texts/languages.ts";

const EN = {
  title: "My city",
  parts: "Parts of the app",
  nav: { timeline: "Timeline", themes: "Themes", compose: "New post", mine: "My posts", about: "About and rights" },
  short: { timeline: "Timeline", themes: "Themes", compose: "Post", mine: "Mine", about: "Rights" },
  offline: "No network. You can write; it stays on this phone until there is one.",
  loading: "One moment …",
  notFound: "There is nothing here",
  notFoundText: "It was never here, or it was taken away by its author, or you may not see it.",
  toTimeline: "To the timeline",
  more: "Show more",
  failure: {
    unreachable: "The service does not answer. What is shown may be old.",
    tooMany: "Too many questions at once. It goes on in a moment.",
    signedOut: "You are signed out. Sign in to go on.",
    forbidden: "Your account may not do that.",
    other: (status: number) => `That did not work (${status}).`,
    says: "The service says:",
  },
  signIn: "Sign in or join",
  footer: (controller: string) => `For ${controller}, with Warifu: every step can be proven.`,
};

const ES: typeof EN = {
  title: "Mi ciudad",
  parts: "Partes de la aplicación",
  nav: {
    timeline: "Novedades",
    themes: "Temas",
    compose: "Nuevo aviso",
    mine: "Mis avisos",
    about: "Información y derechos",
  },
  short: { timeline: "Novedades", themes: "Temas", compose: "Avisar", mine: "Míos", about: "Derechos" },
  offline: "Sin conexión. Puede escribir; se queda en este teléfono hasta que la haya.",
  loading: "Un momento …",
  notFound: "Aquí no hay nada",
  notFoundText: "Nunca estuvo aquí, o quien lo escribió lo retiró, o usted no puede verlo.",
  toTimeline: "A las novedades",
  more: "Mostrar más",
  failure: {
    unreachable: "El servicio no responde. Lo que se muestra puede ser antiguo.",
    tooMany: "Demasiadas peticiones a la vez. Continúa en un momento.",
    signedOut: "La sesión ha terminado. Inicie sesión para seguir.",
    forbidden: "Su cuenta no puede hacer eso.",
    other: (status) => `No ha funcionado (${status}).`,
    says: "El servicio dice:",
  },
  signIn: "Iniciar sesión o unirse",
  footer: (controller) => `Para ${controller}, con Warifu: cada paso se puede demostrar.`,
};

const JA: typeof EN = {
  title: "わたしの街",
  parts: "アプリの画面",
  nav: {
    timeline: "新着",
    themes: "テーマ",
    compose: "新しい投稿",
    mine: "自分の投稿",
    about: "このアプリと権利",
  },
  short: { timeline: "新着", themes: "テーマ", compose: "投稿", mine: "自分", about: "権利" },
  offline: "ネットワークにつながっていません。書くことはできます。つながるまで、この端末だけに残ります。",
  loading: "お待ちください…",
  notFound: "ここには何もありません",
  notFoundText: "もともとないか、投稿した人が取り下げたか、あなたには見られないものです。",
  toTimeline: "新着へ",
  more: "さらに表示",
  failure: {
    unreachable: "サービスから応答がありません。表示は古い可能性があります。",
    tooMany: "一度に多くの要求がありました。まもなく続けられます。",
    signedOut: "サインアウトしています。続けるにはサインインしてください。",
    forbidden: "このアカウントではできません。",
    other: (status) => `うまくいきませんでした(${status})。`,
    says: "サービスの応答：",
  },
  signIn: "サインインまたは参加",
  footer: (controller) => `${controller}のために。Warifuにより、すべての過程を証明できます。`,
};

export const FRAME: Catalogue<typeof EN> = { en: EN, es: ES, ja: JA };
