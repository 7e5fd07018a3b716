/** What the verbs that show records and the service say, in Japanese. */
import { ALARM_SENTENCES_JA } from "../../../texts/alarm-facts/ja.ts";
import { ALARM_NAMES } from "../../../texts/alarms.ts";
import { numberIn } from "../../../texts/plurals.ts";
import type { RecordsTexts } from "./en.ts";

const number = numberIn("ja");

const KINDS: Readonly<Record<string, string>> = {
  source: "送信元",
  profile: "プロファイル",
  beacon: "ビーコン",
  erasure: "消去",
  consent: "同意",
  disclosure: "開示",
  provision: "第三者提供",
  derivation: "加工した画像",
};

const TOLD: Readonly<Record<string, string>> = {
  source: "送信元",
  leafIndex: "リーフ",
  picture: "画像",
  tool: "プログラム",
  version: "バージョン",
  facesFound: "検出した顔",
  from: "原文",
  to: "訳文",
  by: "翻訳",
  state: "状態",
  until: "期限",
  basis: "根拠",
  country: "国",
  reason: "理由",
  treeSize: "エントリ数",
  transactionHash: "トランザクション",
  blockNumber: "ブロック",
  chainId: "チェーン",
};
/** Who translated something. */
const BY: Readonly<Record<string, string>> = { person: "人", machine: "プログラム" };

export const JA: RecordsTexts = {
  list: {
    summary: "記録を、またはアンカーとその費用を一覧する",
    description: "記録を、送信元・種別・受信日時で絞り込み、ログの順に一覧します。アンカーの一覧もできます。",
    anchors: "アンカーを新しい順に、ガス、費用、遅延とともに一覧する",
    csv: "アンカーの一覧を表にする(CSV、RFC 4180)",
    limit: "最大件数",
    json: "JSON 文書を一つだけ出力する(記録の一覧。各件は API と同じ形)",
    after: `
各行の内容:受信日時、リーフ、種別、送信元、番号、アンカーの状態。時刻帯のない日時は UTC です。

--anchors では新しい順に、署名日時、番号、大きさ、状態、含まれる記録数、ブロック、ガス、一件当たりのガス、費用、署名から
確定までの時間を示します。--csv には時刻と段階ごとの列があります。

終了コード 3:保存領域で壊れている記録があります。ほかの記録は一覧します。

例:
  warifu list --since 2d
  warifu list --source santander/env-419 --since 2026-11-01 --until 2026-11-02T10:00Z
  warifu list --type citizen-report --limit 100000 --json
  warifu list --anchors
  warifu list --anchors --csv --limit 100000 > anchors.csv`,
  },
  recordOptions: {
    source: "この送信元の記録",
    type: "この種別の記録",
    since: "この日時以降に受信したもの:2026-11-01、2026-11-01T10:00Z、または 90m、12h、2d(前)",
    until: "この日時より前に受信したもの",
  },
  show: {
    summary: "記録とその状態、アンカーを表示する",
    description: "記録の公開項目、秘匿項目の数、状態、アンカー、送信元の鍵を表示します。",
    record: "記録の ID、リーフ番号、またはリーフか本体のハッシュ",
    lineage: "公開ログから分かる経過も表示する",
    prov: "経過だけを W3C の PROV-JSON で出力する",
    after: `
ID を指定すれば、記録はキーなしで表示できます。リーフやハッシュでの指定と、送信元の鍵の表示には、監査者のキーが必要です。

例:
  warifu show 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f
  warifu show 1234 --lineage
  warifu show 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 --json`,
  },
  status: {
    summary: "サービスの状態を表示する",
    description: "ログのエントリ数、アンカー済みの数、サービスが正常かどうかを表示します。",
    key: "監査者の API キー。公開されていない項目に使う(省略時は WARIFU_API_KEY、なければこのマシンのもの)",
    after: `
終了コード 0:正常、1:異常あり、3:サービスが応答しません。

例:
  warifu status
  warifu status --url https://ledger.example.org --json`,
  },
  first: (shown) => `最初の ${number(shown)} 件です。続きは --limit N で表示できます`,
  none: "該当する記録はありません",
  newestAnchors: (shown) => `新しい順に ${number(shown)} 件です。続きは --limit N で表示できます`,
  noAnchor: "アンカーはまだありません",
  anchorParts: {
    anchor: (id) => `アンカー ${id}`,
    size: (treeSize) => `大きさ ${number(treeSize)}`,
    records: (records) => `記録 ${number(records)} 件`,
    block: (block) => `ブロック ${block}`,
    gasARecord: (gas) => `一件当たり ${number(gas)}`,
    finalAfter: (seconds) => `${seconds} 秒で確定`,
  },
  damaged: (leaf, why) => `リーフ ${leaf}:保存データの破損(${why})`,
  line: ({ time, leaf, type, source, seq, state }) =>
    `${time}  リーフ ${leaf}  ${type}  ${source}  番号 ${seq}  ${state}`,
  stateNames: {
    pending: "待機中",
    submitted: "送信済み",
    included: "ブロック内",
    finalized: "確定",
    orphaned: "破棄",
  },
  states: {
    pending: "ログに入り、次のアンカーを待っています",
    submitted: "アンカーはチェーンに送信済みで、まだブロックに入っていません",
    included: "アンカーはブロックに入りましたが、まだ確定していません",
    finalized: "確定したブロックにアンカーされています",
    orphaned: "アンカーは破棄されました。次のアンカーに含まれます",
  },
  typeWithheld: "公開停止",
  kinds: (kind) => KINDS[kind] ?? kind,

  labels: {
    leaf: "リーフ",
    source: "送信元",
    received: "受信",
    signed: "署名",
    state: "状態",
    anchor: "アンカー",
    key: "鍵",
    erased: "消去",
    withheld: "公開停止",
  },
  leafOf: (leaf, hash) => `${leaf}、ハッシュ ${hash}`,
  sourceOf: (source, seq) => `${source}、番号 ${seq}`,
  isSigned: "送信元が署名したと記されています。`warifu verify` で確かめられます",
  isUnsigned: "なし。API キーの持ち主の申告によります",
  eventAt: (time, leaf) => `${time}、リーフ ${leaf}`,
  erasedOn: (when, basis) => `${when}:根拠 ${basis}。秘匿されていた内容は消去済み`,
  withheldOn: (when, reason, basis) =>
    `${when}:${reason}${basis === undefined ? "" : `、根拠 ${basis}`}。内容の公開は止められ、リーフは残っています`,
  stateOf: (state, meaning) => `${state}:${meaning}`,
  anchorOf: ({ treeSize, block, chain, time, contract }) =>
    `エントリ ${number(treeSize)} 件、チェーン ${chain} のブロック ${block}、${time}、コントラクト ${contract}`,
  noKey: "送信元に署名鍵はありません",
  keyOf: (leaf, key, until) => `リーフ ${leaf} で登録:${key}、${until}`,
  personsKey: "個人の鍵",
  counts: "有効",
  endedAt: (leaf, why) => `リーフ ${leaf} で失効(${why})`,
  suspended: "送信元は停止されています",
  contradicted: (times) => `送信元の内容は ${number(times)} 回矛盾しました`,

  lineage: {
    measured: "測定(送信元の申告)",
    received: "受信",
    logged: "ログに記入",
    derived: "画像の写しを公開",
    translated: "本文を翻訳",
    disclosed: "特定の相手に開示を許可",
    accessed: "許可された項目を引き渡し",
    provided: "別の管理者に提供",
    reception: "別の管理者から受領",
    withheld: "本体の公開を停止",
    erased: "秘匿された値を消去",
    noted: "ログの出来事がこの記録に言及",
    submitted: "アンカーをチェーンに送信",
    anchored: "ブロックに記録",
    final: "そのブロックが確定",
  },
  told: (name, value) => `${TOLD[name] ?? name} ${name === "by" ? (BY[value] ?? value) : value}`,
  leaf: (leaf) => `リーフ ${leaf}`,
  lineageCut: "ここに示したもの以外にも出来事があります。すべてはログにあります",

  statusLabels: {
    log: "ログ",
    key: "鍵",
    entries: "エントリ",
    waiting: "待機",
    chain: "チェーン",
    contract: "コントラクト",
    heights: "ブロック高",
    account: "アカウント",
    anchors: "アンカー",
    endpoint: "ノード",
    witness: "証人",
  },
  logAt: (origin, url) => `${origin}(${url})`,
  entriesOf: (all, final) => `${number(all)} 件、うちアンカーが確定したもの ${number(final)} 件`,
  waitingOf: (anchor, batch) => `アンカーの確定待ち ${number(anchor)} 件、次のバッチ待ち ${number(batch)} 件`,
  chainOf: (id, last) => `${id}、最後の応答 ${last ?? "なし"}`,
  healthy: "正常",
  notHealthy: "異常あり",
  alarm: (isRed, code, since, message) => `${isRed ? "警報" : "注意"} ${code}、${since} から:${message}`,
  alarmNames: ALARM_NAMES.ja,
  alarmSentences: ALARM_SENTENCES_JA,
  alarmHelp: "各警報の意味と対処は docs/alarms.md にあります",
  noBlock: "ブロックをまだ確認していません",
  heightsOf: (height, final, finality) =>
    `ブロック ${height}、${final} まで確定${finality === undefined ? "" : `(${finalBy(finality)})`}`,
  noFunds: "残高は表示されません",
  spent: (ether) => `、24時間の支出 ${ether} ETH`,
  newest: (treeSize, time) => `エントリ ${number(treeSize)} 件、${time} に作成`,
  noneFinal: "確定したものはまだありません",
  anchorsOf: (newest, outstanding, lag) =>
    `最新の確定:${newest}。進行中 ${number(outstanding)} 件` +
    (lag === undefined ? "" : `、最も古いエントリの待ち時間 ${number(lag)} 秒`),
  answers: (name) => `${name} は応答しています`,
  silent: (name, why) => `${name} は応答しません${why}`,
  cosignedNothing: "まだ何にも署名していません",
  lastCosigned: (treeSize) => `最後の署名はエントリ ${number(treeSize)} 件の時点`,
};

/** When a block is final, in words. */
function finalBy(finality: string): string {
  if (finality === "bft") return "チェーンの検証者が署名済み";
  const depth = /^depth:(\d+)$/.exec(finality)?.[1];
  return depth === undefined ? "チェーンの表明による" : `後続 ${depth} ブロックで確定`;
}
