/** What alarms state, in Japanese. */
import type { AlarmFact } from "../../alarms/alarm-fact.ts";
import { ERRORS_JA } from "../errors/ja.ts";
import { exactNumberIn } from "../plurals.ts";
import { etherOf, type AlarmSentences } from "./forms.ts";

type Fact<Id extends AlarmFact["id"]> = Extract<AlarmFact, { readonly id: Id }>;

const n = exactNumberIn("ja");
const ether = (wei: string): string => `${n(etherOf(wei))} ETH`;
const entries = (size: number): string => `${n(size)} エントリ`;
const block = (isFinal: boolean): string => (isFinal ? "確定ブロック" : "ブロック");

const tooDear = (costWei: string, cap: string): string =>
  `アンカーの費用が現在 ${ether(costWei)} になる可能性があり、上限は${cap}です。価格が下がるのを待っています`;

const recorded = ({ treeSize, rootHash, transactionHash }: Fact<"foreign-anchor" | "fork">): string =>
  `コントラクトに、トランザクション ${transactionHash} による ${entries(treeSize)}、ルート ${rootHash} のアンカーがあります`;

const evidence = ({ evidenceFile }: Fact<"foreign-anchor" | "fork">): string =>
  evidenceFile === undefined ? "" : `。証拠:${evidenceFile}`;

type Damaged = Fact<"entries-damaged" | "tiles-damaged" | "openings-damaged" | "originals-damaged">;

const damaged = (what: string, { leaves, more, isMoreAtLeast }: Damaged): string => {
  const others = more > 0 ? `、ほか ${n(more)} 件${isMoreAtLeast ? "以上" : ""}` : "";
  return `${what}(リーフ ${leaves.map(n).join("、")}${others})。\`warifu audit\` を実行し、正しい写しに戻してください`;
};

const FAILURES: Readonly<Record<string, string>> = {
  unreachable: "応答なし",
  "unknown-log": "このログを知らない",
  "bad-signature": "署名が無効",
  inconsistent: "別の履歴を確認",
  ahead: "より大きなログを確認したと主張",
  "went-back": "以前の状態に戻った",
  malformed: "回答の形式が不正",
  declined: "拒否",
};

export const ALARM_SENTENCES_JA: AlarmSentences = {
  error: ({ code, message }) => (code === null ? `サービスの説明(英語):「${message}」` : ERRORS_JA[code]),
  stopped: ({ code }) => `書き込みが停止しました:${ERRORS_JA[code]} [${code}]`,
  restarted: ({ code, at, restarts }, time) =>
    `このログは停止していましたが(${ERRORS_JA[code]} [${code}])、${time(at)} に自動で再び起動しました。プロセスの開始から ${n(restarts)} 回目です`,
  "log-unwritable": () => "サービスの動作ログに書き込めない行がありました",
  "records-waiting": ({ since }, time) => `${time(since)} から確定したアンカーを待っている記録があります`,
  "anchor-unreadable": ({ transactionHash }) => `${transactionHash} のアンカーを追跡できません。ほかは追跡できます`,
  "endpoint-silent": ({ endpoint }) => `${endpoint} が正しく応答しません`,
  "endpoint-behind": ({ endpoint, height, reached }) =>
    `${endpoint} の最新ブロックは ${n(height)} で、ほかは ${n(reached)} に達しています`,
  "rate-limited": ({ endpoint, limited, sent }) =>
    `${endpoint} は直近 ${n(sent)} 件の問い合わせのうち ${n(limited)} 件を HTTP ステータス 429 または 503 で断りました`,
  "endpoints-disagree": () => "同じチェーンについてノードの答えが食い違っています",
  "evidence-inconsistent": ({ transactionHash }) =>
    `あるノードは ${transactionHash} がブロックにあると答えましたが、示されたブロックの内容が合いません`,
  "node-behind": ({ nodeHeight, height }) =>
    `チェーンのノードはブロック ${n(nodeHeight)} にいます。以前は ${n(height)} でした。遅れているか、初期化されています`,
  "nonce-used": () =>
    "ノードがアンカー用の口座について使用済みのナンスを示しています。遅れているため、何も送信していません",
  "block-old": ({ isFinal, ageSeconds, limitSeconds }) =>
    `最新の${block(isFinal)}から ${n(ageSeconds)} 秒が過ぎ、限度の ${n(limitSeconds)} 秒を超えています`,
  "first-block-alone": ({ isFinal }) => `${block(isFinal)}が、チェーンの最初のブロック 0 のほかにまだありません`,
  "above-anchor-cap": ({ costWei, capWei }) => tooDear(costWei, `アンカー1回につき ${ether(capWei)} `),
  "above-daily-cap": ({ costWei, capWei, leftWei }) => tooDear(costWei, `1日 ${ether(capWei)}(残り ${ether(leftWei)})`),
  "funds-low": ({ account, balanceWei, leastWei }) =>
    `${account} の残高は ${ether(balanceWei)} で、${ether(leastWei)} を下回っています`,
  "nonce-taken": ({ account, nonce }) =>
    `${account} のナンス ${n(nonce)} が、このサービスのものでないトランザクションに使われました`,
  "nothing-recorded": ({ transactionHash, treeSize }) =>
    `${entries(treeSize)} をアンカーする ${transactionHash} はブロックに入り、費用も払われましたが、何も記録されませんでした`,
  "anchor-not-shown": ({ transactionHash, treeSize, since, tries }, time) =>
    `${entries(treeSize)} をアンカーする ${transactionHash} はノードに受け付けられましたが、${time(since)} からどのノードも示していません。` +
    `${n(tries)} 回再送しました`,
  "closing-due": ({ endedAt, treeSize }, time) =>
    `このログは ${time(endedAt)} から記録を受け付けていません。${entries(treeSize)} はすべて確定し、金庫には何も残っていません。閉鎖用の鍵でコントラクトを閉じてください`,
  "foreign-anchor": (anchor) =>
    `${recorded(anchor)}。ログのルートと一致しますが、このサービスが送ったものではありません${evidence(anchor)}`,
  fork: (anchor) =>
    anchor.logRootHash === null
      ? `${recorded(anchor)}。ログには ${entries(anchor.publishedSize)} しかありません${evidence(anchor)}`
      : `${recorded(anchor)}。ログのその大きさでのルートは ${anchor.logRootHash} です${evidence(anchor)}`,
  "final-block-replaced": ({ blockNumber, isConfirmed }) =>
    `チェーンのノードによると、確定したブロック ${n(blockNumber)} が別のものになっています。` +
    (isConfirmed ? "そのブロック以降の内容を取り消しました" : "まだ何も取り消していません"),
  "final-height-fell": ({ height, before }) =>
    `チェーンのノードによると、最新の確定ブロックは ${n(height)} です。以前は ${n(before)} でした。何も取り消していません`,
  "final-anchor-doubted": ({ blockNumber, treeSize }) =>
    `チェーンのノードによると、${entries(treeSize)} の確定したアンカーがあるブロック${blockNumber === null ? "" : ` ${n(blockNumber)} `}が別のものになっています。` +
    "アンカーはまだ取り消していません",
  "final-anchors-lost": ({ treeSize }) =>
    `チェーンのブロックが入れ替わったため、${entries(treeSize)} までの確定したアンカーを取り消しました。作り直します`,
  "anchor-withheld": ({ treeSize, from, to }) =>
    `ブロック ${n(from)}〜${n(to)} にあるはずの ${entries(treeSize)} のアンカーを、チェーンのノードが示していません`,
  "anchor-vanished": ({ treeSize, blockNumber }) =>
    `ブロック ${n(blockNumber)} で確定していた ${entries(treeSize)} のアンカーを、チェーンのノードが示さなくなりました`,
  "cosignatures-missing": ({ treeSize, given, quorum, failures }) =>
    [
      `${entries(treeSize)} に必要な連署 ${n(quorum)} 件のうち ${n(given)} 件が得られました`,
      ...failures.map(({ witness, kind }) => `${witness}:${FAILURES[kind] ?? "連署なし"}`),
    ].join("。"),
  "authority-silent": ({ authority }) => `時刻認証局 ${authority} から有効なタイムスタンプが得られません`,
  "proofs-overdue": ({ authority, count, since }, time) =>
    `カレンダー ${authority} が約束した証明 ${n(count)} 件に、まだビットコインのブロックがありません。最初のものは ${time(since)} からです`,
  "timestamps-gone": ({ count, treeSize }) =>
    `アンカー ${n(count)} 件のタイムスタンプがフォルダーからなくなっています。最初のものは ${entries(treeSize)} のアンカーです`,
  "witnesses-ahead": ({ treeSize, claims }) =>
    `このログの ${entries(treeSize)} より多くに連署したという証人がいますが、多数の証人は違います:` +
    claims.map((one) => `${one.witness}(${n(one.treeSize)})`).join("、"),
  "entries-damaged": (fact) => damaged("保存領域の内容が登録されたものと異なります", fact),
  "tiles-damaged": (fact) => damaged("保存領域のハッシュタイルが木のものと異なります", fact),
  "openings-damaged": (fact) => damaged("金庫の秘匿項目の開示値が欠けているか、壊れています", fact),
  "originals-damaged": (fact) => damaged("金庫に、記録の元になったバイト列がないか、別のものがあります", fact),
  "connector-silent": ({ connector, type, since }, time) =>
    `${connector}(${type})は ${time(since)} から接続されていません`,
  "requests-overdue": ({ count, firstDue }, time) =>
    `本人からの請求 ${n(count)} 件が期限を過ぎています。最初の期限は ${time(firstDue)} でした`,
  "requests-due-soon": ({ count, firstDue }, time) =>
    `本人からの請求 ${n(count)} 件が1週間以内に期限を迎えます。最初の期限は ${time(firstDue)} です`,
  "breach-clocks-over": ({ count, firstDue }, time) =>
    `漏えい等の期限 ${n(count)} 件が過ぎています。最初の期限は ${time(firstDue)} でした`,
  "breach-clocks-end-soon": ({ count, firstDue }, time) =>
    `漏えい等の期限 ${n(count)} 件が1日以内に終わります。最初の期限は ${time(firstDue)} です`,
  "moderation-overdue": ({ count, firstDue }, time) =>
    `判断を待つ通報、一時非表示、異議が ${n(count)} 件あります。最初の期限は ${time(firstDue)} でした`,
  "partner-down": ({ partner, since }, time) => `${time(since)} から相手都市 ${n(partner)} とやり取りできません`,
  "partner-doubted": ({ partner, since }, time) =>
    `${time(since)} から、相手都市 ${n(partner)} の送信または回答が検証に合いません。何も受け取っていません`,
  "exchange-late": ({ partner, count, since }, time) =>
    `相手都市 ${n(partner)} は、送られた内容 ${n(count)} 件の受領または対応を証明していません。最初のものは ${time(since)} からです`,
  "copy-late": ({ place, since }, time) =>
    `${time(since)} から ${place} の写しを更新できません。ログは動き続けています`,
  "copy-contradicts": ({ place }) => `${place} にある内容はこのログの途中の状態ではありません。何も書き込んでいません`,
  "mirror-behind": ({ count, mirror, since }, time) =>
    `${n(count)} 件のミラーが遅れています。${mirror} は ${time(since)} からです`,
  "openings-above": ({ limit }) => `1分間に ${n(limit)} 件を超える開示値が渡されました`,
  "refusals-above": ({ limit }) => `1分間に ${n(limit)} 件を超える、キーによる要求または記録が拒否されました`,
};
