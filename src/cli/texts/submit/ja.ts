/** What `warifu submit` says, in Japanese. */
import { numberIn } from "../../../texts/plurals.ts";
import type { SubmitTexts } from "./en.ts";

const number = numberIn("ja");

export const JA: SubmitTexts = {
  submit: {
    summary: "ファイルか標準入力の記録を登録する",
    description:
      "JSON・NDJSON・CSV のファイル、または分野の文書(GeoJSON、SenML、SensorThings、NGSI、Open311)の記録を登録し、それぞれがログに確実に保存されるまで待ちます。gzip は展開します。",
    file: "ファイル。標準入力は -",
    source: (usual) => `--type とともに指定する、記録の送信元(省略時は ${usual})`,
    type: "各要素を、この種別の記録の項目として読む",
    items: "JSON の中で要素の配列がある場所。/resources のような JSON ポインター",
    format: "ファイルの形式(省略時は名前か内容で判断)",
    encoding: "文字コード。shift_jis、iso-8859-1 など(省略時は UTF-8)",
    delimiter: "CSV の区切り文字。「;」や tab など(省略時は内容で判断)",
    map: "CSV の列を記録にする対応表:項目、キー、送信元、日時(docs/sources.md)",
    batch: "一回の要求に含める記録の数",
    acks: "受領通知をここに書き出す(一行に一つの JSON オブジェクト)",
    refused: "拒否された要素をここに書き出す。直して登録し直すためのもの",
    dryRun: "何も送らず、永久に公開される項目、秘匿される項目、拒否されるものを示す",
    yes: "確認せずに送る。端末に人がいないときは常にそうなる",
    json: "結果を JSON 文書一つで出力する",
    after: `
--type があれば、各要素は一件の記録の項目です。なければ、各要素が記録そのものです:
  {"type": "sensor-reading", "source": "gateway-7", "claims": {"temperature": 16.4}}

CSV の行も項目です。種別のプロファイルが数値の列、空でよい列と定めていなければ、文字列として読みます。送れるものと
読み方は docs/sources.md にあります。

キーのない要素には、ファイルの内容、読み方(--items、--format、--type、--source)、ファイル内の位置から決まるキーが
付きます。同じファイルをもう一度登録しても、中断した後に登録し直しても、重複しません。変更したファイルは別のファイルです。
拒否された要素は、--refused が書き出す別のファイルで登録してください。標準入力の要素は毎回新しいものとして扱います。

終了コード 0:すべて受領、1:拒否あり、2:使い方の誤り、または要素なし、3:サービスが応答しません。

例:
  warifu submit records.ndjson
  warifu submit readings.csv --type sensor-reading --source gateway-7
  warifu submit reports.csv --type citizen-report --dry-run
  warifu submit export.csv --map export-map.json
  warifu submit stations.csv --type sensor-reading --encoding shift_jis --delimiter ";"
  warifu submit requests.xml --source city/open311
  warifu submit environment.json --type sensor-reading --items /resources
  curl -s https://city.example.org/environment.json | warifu submit - --type sensor-reading --items /resources
  warifu submit readings.csv --type sensor-reading --refused refused.csv
  warifu submit big.ndjson --batch 5000 --acks acknowledged.ndjson`,
  },
  nothingSent: "何も送っていません",
  note: (note) => `注(英語):${note}`,
  dryRunOver: "何も送っていません(試行のみ)",
  noItem: "何も登録していません:要素がありません",
  listsAt: (pointers, first) => `要素が ${pointers.join(" または ")} にあれば、--items ${first} を指定してください`,
  publicOfFirst: (type, source, claims) => `最初の ${type} で公開されるもの:送信元 ${source}、${claims}`,
  sendIt: "取り消しはできません。送りますか。",
  ofType: (records, type) => `種別 ${type} の記録 ${number(records)} 件`,
  publicForEver: (names) => `永久に公開:${names}`,
  sourceNames: (names) => `送信元(${number(names)} 種類)`,
  concealed: (names) => `秘匿:      ${names}`,
  nothing: "なし",
  acknowledged: ({ all, added, repeated, places: [first, last] }) =>
    `記録 ${number(all)} 件を受領(新規 ${number(added)} 件、登録済み ${number(repeated)} 件)、` +
    (first === last ? `リーフ ${first}` : `リーフ ${first}〜${last}`),
  recordedBefore: (added, repeated) =>
    `新規 ${number(added)} 件:${number(added + repeated)} 件のうち ${number(repeated)} 件は、同じファイルか同じキーで登録済みでした`,
  receipt: (address, records) =>
    records === 1 ? `受領証:${address}` : `受領証は一件ごとにあります。最初のもの:${address}`,
  acksWritten: (path) => `受領通知を ${path} に書き出しました`,
  refusedOnly: (items) =>
    `拒否 ${number(items)} 件:直して別のファイルで登録してください。--refused ファイル で書き出せます`,
  refused: (items) => `拒否 ${number(items)} 件`,
  unwritten: (items, path, file) =>
    `拒否された ${number(items)} 件は ${path} に書き出せませんでした。長すぎる、UTF-8 でない、または文書の残りなしでは意味をなしません:${file} を参照`,
  asInDocument: (items) => `うち ${number(items)} 件は文書のままで、文書全体についての記述は含みません`,
  refusedWritten: (items, path) =>
    `拒否された ${number(items)} 件を ${path} に書き出しました。直してから登録してください:`,
  refusedItem: (item, why) => `要素 ${item}:${why}`,
  moreRefused: (items) => `…ほか拒否 ${number(items)} 件(--json で全件)`,
  respelled: (numbers) =>
    `${number(numbers)} 個の数値は、値を変えずに書き方を変えました(1.10 を 1.1 など):docs/formats.md の第1節第6項`,
  brokenOff: (records, isFile) =>
    `中断までに ${number(records)} 件を受領しました${isFile ? "。同じファイルをもう一度登録すると続きから行います" : ""}`,
};
