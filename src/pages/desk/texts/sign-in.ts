/** What is said where somebody signs in, or makes the first passkey. */
import type { Catalogue } from "../../../texts/languages.ts";

const EN = {
  title: "Sign in to the desk",
  lead: "For officers, auditors and administrators of this service.",
  byPasskey: "Sign in with a passkey",
  byPasskeyHint: "Your device asks for a finger, your face or its PIN. No name and no password is typed.",
  byProvider: "Sign in with the city's account",
  waiting: "Your device is asked …",
  noAccount: "You have no passkey yet? An administrator invites you with a link.",
  elsewhere: "Nobody can sign in at this address. The desk is at:",
  notSet:
    "Nobody can sign in at this address. Whoever runs the service has to say in WARIFU_DESK_URL where the desk is, under https.",
  notSupported: "This browser has no passkeys. Use a newer one.",
  refused: {
    title: "You are not signed in",
    text: "What came does not count: it was too late, or no account here belongs to it. Try again, or ask an administrator.",
  },
  givenUp: "Nothing was done: your device gave no passkey, or you have called it off.",
  join: {
    title: "Welcome to the desk",
    lead: "You were invited. Make a passkey on this device, with which you sign in from now on.",
    invited: (name: string, role: string) => `The invitation is for ${name} (${role}).`,
    make: "Make a passkey",
    hint: "The passkey stays on your device or in your passkey manager. The service gets its public half alone.",
    noToken: "The link is not complete. Open it as it was given to you, with all that stands behind #.",
    refused: "This invitation does not count any more: it was used, or its time is over. Ask for another one.",
  },
};

const ES: typeof EN = {
  title: "Entrar en la ventanilla",
  lead: "Para las personas encargadas, de auditoría y de administración de este servicio.",
  byPasskey: "Entrar con una llave de acceso",
  byPasskeyHint: "Su dispositivo le pide la huella, la cara o el PIN. No se escribe ningún nombre ni contraseña.",
  byProvider: "Entrar con la cuenta municipal",
  waiting: "Se pregunta a su dispositivo…",
  noAccount: "¿Aún no tiene llave de acceso? La administración le invita con un enlace.",
  elsewhere: "En esta dirección nadie puede entrar. La ventanilla está en:",
  notSet:
    "En esta dirección nadie puede entrar. Quien gestiona el servicio tiene que indicar en WARIFU_DESK_URL dónde está la ventanilla, con https.",
  notSupported: "Este navegador no tiene llaves de acceso. Use uno más reciente.",
  refused: {
    title: "No ha entrado",
    text: "Lo que llegó no vale: era demasiado tarde, o no corresponde a ninguna cuenta de aquí. Inténtelo otra vez o pregunte a la administración.",
  },
  givenUp: "No se ha hecho nada: su dispositivo no dio ninguna llave de acceso, o usted lo ha cancelado.",
  join: {
    title: "Le damos la bienvenida a la ventanilla",
    lead: "Ha recibido una invitación. Cree en este dispositivo una llave de acceso, con la que entrará a partir de ahora.",
    invited: (name, role) => `La invitación es para ${name} (${role}).`,
    make: "Crear una llave de acceso",
    hint: "La llave se queda en su dispositivo o en su gestor de llaves. El servicio solo recibe la mitad pública.",
    noToken: "El enlace no está completo. Ábralo tal como se lo dieron, con todo lo que sigue a #.",
    refused: "Esta invitación ya no vale: se ha usado, o ha pasado su plazo. Pida otra.",
  },
};

const JA: typeof EN = {
  title: "窓口へのサインイン",
  lead: "このサービスの担当者、監査人、管理者のためのページです。",
  byPasskey: "パスキーでサインイン",
  byPasskeyHint: "端末が指紋、顔、またはPINを確認します。名前もパスワードも入力しません。",
  byProvider: "自治体のアカウントでサインイン",
  waiting: "端末に確認しています…",
  noAccount: "パスキーをまだお持ちでない方には、管理者が招待リンクをお渡しします。",
  elsewhere: "このアドレスではサインインできません。窓口のアドレス:",
  notSet:
    "このアドレスではサインインできません。サービスの運用者がWARIFU_DESK_URLに窓口のアドレス(https)を設定する必要があります。",
  notSupported: "このブラウザーはパスキーに対応していません。新しいブラウザーをお使いください。",
  refused: {
    title: "サインインできませんでした",
    text: "期限が過ぎているか、該当するアカウントがありません。もう一度お試しになるか、管理者にお問い合わせください。",
  },
  givenUp: "何も行われませんでした。端末にパスキーがないか、操作が取り消されました。",
  join: {
    title: "窓口へようこそ",
    lead: "招待されています。この端末でパスキーを作成し、今後のサインインに使います。",
    invited: (name, role) => `この招待は${name}さん(${role})宛てです。`,
    make: "パスキーを作成",
    hint: "パスキーは端末またはパスキー管理ソフトに残ります。サービスが受け取るのは公開鍵だけです。",
    noToken: "リンクが不完全です。#より後ろも含めて、受け取ったとおりに開いてください。",
    refused: "この招待はもう使えません。使用済みか、期限が過ぎています。新しい招待を依頼してください。",
  },
};

export const SIGN_IN: Catalogue<typeof EN> = { en: EN, es: ES, ja: JA };
