/** What is said of the devices with which somebody signs in. */
import type { Catalogue } from "../../../texts/languages.ts";

const EN = {
  title: "Passkeys",
  lead: "With these you sign in. Add one on a second device, so that the loss of the first does not keep you out.",
  caption: "Your passkeys",
  made: "Made",
  used: "Last used",
  never: "never since",
  action: "Remove",
  remove: "Remove",
  add: "Add a passkey",
  addHint:
    "Your device, or a key that you plug in, is asked. One that has a passkey for this account makes no second one.",
  only: "A further passkey is needed before this one can be removed.",
  question: "Remove this passkey?",
  consequence: "It signs nobody in any more, and you are signed out everywhere but here.",
  added: "The passkey was added.",
};

const ES: typeof EN = {
  title: "Llaves de acceso",
  lead: "Con ellas entra usted. Añada una en un segundo dispositivo, para que perder el primero no le deje fuera.",
  caption: "Sus llaves de acceso",
  made: "Creada",
  used: "Último uso",
  never: "nunca desde entonces",
  action: "Quitar",
  remove: "Quitar",
  add: "Añadir una llave de acceso",
  addHint:
    "Se pregunta a su dispositivo, o a la llave que conecte. El que ya tiene una llave de esta cuenta no crea otra.",
  only: "Hace falta otra llave antes de poder quitar esta.",
  question: "¿Quitar esta llave de acceso?",
  consequence: "Ya no servirá para entrar, y su sesión se cerrará en todas partes menos aquí.",
  added: "La llave de acceso se ha añadido.",
};

const JA: typeof EN = {
  title: "パスキー",
  lead: "サインインに使うパスキーです。端末を失ってもサインインできるよう、2台目の端末にも追加してください。",
  caption: "登録済みのパスキー",
  made: "作成日時",
  used: "最終使用",
  never: "未使用",
  action: "削除",
  remove: "削除",
  add: "パスキーを追加",
  addHint:
    "この端末、または接続したセキュリティキーに確認します。このアカウントのパスキーがすでにある端末には追加されません。",
  only: "削除するには、先に別のパスキーを追加してください。",
  question: "このパスキーを削除しますか。",
  consequence: "今後このパスキーではサインインできません。この端末以外のセッションはすべて終了します。",
  added: "パスキーを追加しました。",
};

export const PASSKEYS: Catalogue<typeof EN> = { en: EN, es: ES, ja: JA };
