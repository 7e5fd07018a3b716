/** What is said of receipts. */
import type { Catalogue } from "../../../texts/languages.ts";

const EN = {
  lead: "The receipt says when the city's log got it and how to check that. It has no word and no picture of the post.",
  open: "Open the receipt",
  code: "Show it as a code",
  onPaper: "Whoever scans this gets to the receipt.",
};

const ES: typeof EN = {
  lead: "El justificante dice cuándo llegó al libro de la ciudad y cómo comprobarlo. No contiene ni palabras ni imágenes del aviso.",
  open: "Abrir el justificante",
  code: "Mostrarlo como código",
  onPaper: "Quien lo escanee llega al justificante.",
};

const JA: typeof EN = {
  lead: "受領証には、市のログにいつ入ったか、どう確かめるかが書かれています。投稿の言葉や写真は含まれません。",
  open: "受領証を開く",
  code: "コードで表示",
  onPaper: "読み取ると受領証が開きます。",
};

export const RECEIPTS: Catalogue<typeof EN> = { en: EN, es: ES, ja: JA };
