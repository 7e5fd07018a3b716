/** What the page says of a sampled audit, in every language. */
import type { Catalogue } from "../../../texts/languages.ts";

/** How fast, and how long it will take. */
interface Pace {
  readonly rate: string;
  readonly left: string;
}

const EN = {
  title: "Or check a sample of the whole log",
  why: "A bundle speaks of one record. Here entries are drawn at random from the whole log, and for each one it is checked that it is in the signed log, unchanged. Only the log is asked, and your node if you name one above.",
  address: "Address of the log",
  addressHint: "Such as https://ledger.example.org/log",
  wrongAddress: "This is no address that begins with http:// or https://.",
  leaves: "How many entries",
  bound: (percent: string) =>
    `If all of them hold, then with 95 % confidence at most ${percent} % of the log is altered.`,
  wrongLeaves: "A number from 1 to 100000.",
  seed: "Seed",
  seedHint:
    "From it, anybody can draw the same entries. Take something that the operator could not know when the log was signed, such as the numbers of a lottery. If it is left empty, the page makes one.",
  noNode: "No node is named under “More ways to know the blockchain”: then the log is not compared with its anchors.",
  start: "Check a sample",
  beginning: "Reading the log’s signature and anchors…",
  progress: (done: string, total: string, { rate, left }: Pace) =>
    `${done} of ${total} entries · ${rate} a second · about ${left} left`,
  stop: "Stop",
  stopped: (done: string, total: string) => `Stopped after ${done} of ${total} entries. What was checked is kept.`,
  goOn: "Go on",
  anew: "Begin anew",
  failed: "The sample could not be checked.",
  verdict: "Verdict on the sample",
  outcome: {
    holds: "Every entry that was drawn is in the signed log, unchanged.",
    refuted: "Something in this log was altered, or is missing.",
    undecided: "What was read holds, but not everything could be read or compared.",
  },
  sure: (leaves: string, size: string, percent: string) =>
    `${leaves} of ${size} entries were drawn. With 95 % confidence, at most ${percent} % of all entries are altered.`,
  print: "Print or save as PDF",
  saveHtml: "Save the report (HTML)",
  saveJson: "Save the report (JSON)",
};

type SampleTexts = typeof EN;

const ES: SampleTexts = {
  title: "O comprobar una muestra de todo el libro",
  why: "Un paquete habla de un solo registro. Aquí se extraen entradas al azar de todo el libro y se comprueba que cada una está en el libro firmado, sin cambios. Solo se pregunta al libro y, si usted indica uno arriba, a su nodo.",
  address: "Dirección del libro",
  addressHint: "Por ejemplo, https://ledger.example.org/log",
  wrongAddress: "No es una dirección que empiece por http:// o https://.",
  leaves: "Cuántas entradas",
  bound: (percent) =>
    `Si todas se sostienen, con una confianza del 95 % está alterado como mucho el ${percent} % del libro.`,
  wrongLeaves: "Un número del 1 al 100000.",
  seed: "Semilla",
  seedHint:
    "Con ella cualquiera puede extraer las mismas entradas. Elija algo que el responsable no pudiera conocer cuando se firmó el libro, como los números de una lotería. Si se deja vacía, la página crea una.",
  noNode:
    "No se ha indicado ningún nodo en «Más maneras de conocer la cadena»: el libro no se compara con sus anclajes.",
  start: "Comprobar una muestra",
  beginning: "Se leen la firma y los anclajes del libro…",
  progress: (done, total, { rate, left }) => `${done} de ${total} entradas · ${rate} por segundo · quedan unos ${left}`,
  stop: "Detener",
  stopped: (done, total) => `Detenida tras ${done} de ${total} entradas. Lo comprobado se conserva.`,
  goOn: "Continuar",
  anew: "Empezar de nuevo",
  failed: "No se ha podido comprobar la muestra.",
  verdict: "Veredicto sobre la muestra",
  outcome: {
    holds: "Cada entrada extraída está en el libro firmado, sin cambios.",
    refuted: "Algo de este libro se ha alterado o falta.",
    undecided: "Lo leído se sostiene, pero no todo se ha podido leer o comparar.",
  },
  sure: (leaves, size, percent) =>
    `Se han extraído ${leaves} de ${size} entradas. Con una confianza del 95 %, como mucho el ${percent} % de todas las entradas está alterado.`,
  print: "Imprimir o guardar como PDF",
  saveHtml: "Guardar el informe (HTML)",
  saveJson: "Guardar el informe (JSON)",
};

const JA: SampleTexts = {
  title: "または、ログ全体から標本を抽出して確認する",
  why: "証明バンドルは一つの記録についてのものです。ここではログ全体からエントリを無作為に抽出し、それぞれが署名されたログに変更なく含まれていることを確認します。尋ねる相手はログと、上で指定した場合はご自身のノードだけです。",
  address: "ログのアドレス",
  addressHint: "例:https://ledger.example.org/log",
  wrongAddress: "http:// または https:// で始まるアドレスではありません。",
  leaves: "エントリの数",
  bound: (percent) => `すべて成立すれば、信頼度 95 % で、改変されているのはログの ${percent} % 以下です。`,
  wrongLeaves: "1 から 100000 までの数です。",
  seed: "シード",
  seedHint:
    "これがあれば誰でも同じエントリを抽出できます。ログが署名された時点で運営者が知りえなかったもの、たとえば宝くじの当せん番号を選んでください。空欄の場合はページが作ります。",
  noNode: "「チェーンを確かめるほかの方法」でノードが指定されていません。ログはアンカーと照合されません。",
  start: "標本を確認する",
  beginning: "ログの署名とアンカーを読み取っています…",
  progress: (done, total, { rate, left }) => `${total} 件中 ${done} 件 · 毎秒 ${rate} 件 · 残り約 ${left}`,
  stop: "停止する",
  stopped: (done, total) => `${total} 件中 ${done} 件で停止しました。確認した内容は保存されています。`,
  goOn: "続ける",
  anew: "最初からやり直す",
  failed: "標本を確認できませんでした。",
  verdict: "標本についての判定",
  outcome: {
    holds: "抽出したエントリはすべて、署名されたログに変更なく含まれています。",
    refuted: "このログには、改変されたもの、または欠けているものがあります。",
    undecided: "読み取れた内容は成立していますが、すべてを読み取り、照合することはできませんでした。",
  },
  sure: (leaves, size, percent) =>
    `${size} 件のうち ${leaves} 件を抽出しました。信頼度 95 % で、改変されたエントリは全体の ${percent} % 以下です。`,
  print: "印刷または PDF として保存",
  saveHtml: "報告書を保存(HTML)",
  saveJson: "報告書を保存(JSON)",
};

export const SAMPLE: Catalogue<SampleTexts> = { en: EN, es: ES, ja: JA };
