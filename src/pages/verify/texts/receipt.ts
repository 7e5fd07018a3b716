/** What the verifier says about the receipt that led to it, in every language. */
import type { Catalogue } from "../../../texts/languages.ts";

const EN = {
  title: "Your receipt",
  id: "Record id",
  log: "Log",
  served: (host: string) =>
    `This page cannot fetch anything by itself. If you wish, a page of ${host} fetches the proof of this record and brings you back here with it.`,
  get: "Fetch the proof from this service",
  alone: (id: string) =>
    `This file reaches no network. Get the proof bundle of this record where the code of your receipt leads, or with “warifu prove ${id} -o bundle.json”, and give it to this page below.`,
  here: "The proof is here. Now choose a policy below, which says whom you trust.",
  same: "This is the record of your receipt.",
  otherRecord: "This is the proof of another record than the one of your receipt.",
  otherLog: "Your policy is for another log than the one of your receipt.",
};

type ReceiptPanelTexts = typeof EN;

const ES: ReceiptPanelTexts = {
  title: "Su justificante",
  id: "Identificador del registro",
  log: "Libro",
  served: (host) =>
    `Esta página no puede descargar nada por sí misma. Si lo desea, una página de ${host} obtiene la prueba de este registro y le trae de vuelta aquí con ella.`,
  get: "Obtener la prueba de este servicio",
  alone: (id) =>
    `Este archivo no se conecta a ninguna red. Consiga el paquete de prueba de este registro donde lleva el código de su justificante, o con «warifu prove ${id} -o bundle.json», y déselo a esta página más abajo.`,
  here: "La prueba está aquí. Elija ahora más abajo una política, que dice en quién confía usted.",
  same: "Este es el registro de su justificante.",
  otherRecord: "Esta es la prueba de otro registro, no del de su justificante.",
  otherLog: "Su política es de otro libro, no del de su justificante.",
};

const JA: ReceiptPanelTexts = {
  title: "お持ちの受領証",
  id: "記録のID",
  log: "ログ",
  served: (host) =>
    `このページ自体は何も取得できません。ご希望であれば、${host} のページがこの記録の証明を取得し、それを持ってここに戻ります。`,
  get: "このサービスから証明を取得する",
  alone: (id) =>
    `このファイルはネットワークに接続しません。受領証のコードが示す場所か「warifu prove ${id} -o bundle.json」でこの記録の証明バンドルを入手し、下でこのページに渡してください。`,
  here: "証明が届きました。次に、だれを信用するかを示すポリシーを下で選んでください。",
  same: "これは受領証の記録です。",
  otherRecord: "これは受領証のものとは別の記録の証明です。",
  otherLog: "お使いのポリシーは、受領証のものとは別のログのものです。",
};

export const RECEIPT_PANEL: Catalogue<ReceiptPanelTexts> = { en: EN, es: ES, ja: JA };
