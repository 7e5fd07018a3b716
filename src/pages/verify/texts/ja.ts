/** What the verifier says, in Japanese. */
import { timeInWords, numberInWords } from "../../texts/formats.ts";
import { counterIn } from "../../texts/plurals.ts";
import type { SignatureState } from "../../../verify/verdict.ts";
import type { FactSentences, ForkTexts, KindNames, ReasonSentences, StepTexts } from "./forms.ts";
import type { VerifyTexts } from "./catalogue.ts";

const count = counterIn("ja");

const steps: StepTexts = {
  bundle: { name: "ファイル", about: "欠けのない、正しい形式の証明バンドルですか。" },
  entry: { name: "エントリ", about: "このログが作る形のエントリですか。" },
  body: { name: "内容", about: "エントリが約束した内容そのものですか。" },
  openings: { name: "開示された項目", about: "開示された項目は、それぞれの場所に当てはまりますか。" },
  source: { name: "送信元", about: "記録は、名乗っている送信元から来たものですか。" },
  checkpoint: { name: "ログの署名", about: "ポリシーが示すログが、その状態に署名しましたか。" },
  witnesses: { name: "証人", about: "同じログを見たと、ほかの者も署名しましたか。" },
  inclusion: { name: "ログへの収録", about: "署名されたログに、この記録は入っていますか。" },
  anchor: { name: "ブロックチェーン", about: "コントラクトは、ログのこの状態を記録しましたか。" },
  beacon: { name: "これより後", about: "記録を受け入れる前に、ログはどのブロックを知っていましたか。" },
  chain: { name: "ブロックの確認", about: "あなたが信頼する者は、このブロックを知っていますか。" },
  original: { name: "原本", about: "記録は、お手元のファイルから作られましたか。" },
};

const found: FactSentences = {
  form: () => "バージョン1の証明バンドルです。",
  entry: ({ kind }) => `種類が「${kinds[kind]}」のエントリです。`,
  "body-withheld": () => "内容は公開が止められています。記録がログにあることは証明されますが、内容は分かりません。",
  "body-committed": ({ vct }) => `一字一句そのとおりです(種別 ${vct})。`,
  "no-opening": () => "秘匿された項目は開示されていません。",
  opened: ({ count: opened }) => count(opened, { other: "#件が開示され、すべて一致します。" }),
  "source-is-log": () => "ログ自身が作ったエントリです。",
  conflict: ({ source, seq, isShown }) =>
    `送信元 ${source} は、番号 ${numberInWords(seq)} で二つの異なる記録に署名したと、ログは述べています。` +
    (isShown ? "二つ目は示されています。" : "二つ目は示されていません。"),
  signature: ({ state, isKeyKnown }) => (isKeyKnown ? ofKnownSource : ofStranger)[state],
  checkpoint: ({ origin, treeSize }) => count(treeSize, { other: `${origin} が、エントリ#件の時点で署名しました。` }),
  "no-cosignature-asked": () => "ポリシーは証人を求めていません。",
  cosigned: ({ count: signed, quorum }) =>
    `${count(signed, { other: "証人#者が署名しました" })}(ポリシーの要求は${numberInWords(quorum)}者)。`,
  included: ({ leafIndex }) => `${numberInWords(leafIndex)}番目に入っています。`,
  anchored: ({ contract, chainId, blockNumber, blockTime }) =>
    `チェーン ${chainId} のコントラクト ${contract} が、ブロック ${numberInWords(blockNumber)}(${timeInWords(blockTime)})に記録しました。`,
  "no-beacon": () => "ありません。記録が何より後のものかは、示されていません。",
  beacon: ({ blockNumber, blockTime }) => `ブロック ${numberInWords(blockNumber)}(${timeInWords(blockTime)})。`,
  block: ({ blockNumber, by, beacon }) =>
    block[by](numberInWords(blockNumber)) +
    (beacon === undefined
      ? ""
      : beacon.isChecked
        ? `先行するブロック ${numberInWords(beacon.blockNumber)} も同様です。`
        : `先行するブロック ${numberInWords(beacon.blockNumber)} は、ログ自身の申告です。`),
  original: ({ adapter, at }) =>
    `そのとおりです。サービスによれば、${timeInWords(Math.floor(at / 1_000))}に ${adapter} が受信しました。`,
  "original-not-shown": () => "記録の元になったものは示されていません。「received」の開示を求めてください。",
  error: () => "",
};

const ofStranger: Readonly<Record<SignatureState, string>> = {
  verified: "署名されていますが、その鍵はポリシーにありません。",
  "partly-shown": "署名されていますが、その鍵はポリシーになく、署名の対象の一部は示されていません。",
  "not-shown": "名前は記録と一致します。署名はありますが、示されていません。",
  none: "名前は記録と一致します。送信元は署名していません。",
  unknown: "名前は記録と一致します。送信元が署名したかどうかは示されていません。",
};

const ofKnownSource: Readonly<Record<SignatureState, string>> = {
  verified: "送信元は、ポリシーにある鍵で署名しています。",
  "partly-shown": "送信元は既知の鍵で署名していますが、署名の対象の一部は示されていません。",
  "not-shown": "ポリシーにある送信元ですが、署名が示されていません。「evidence」の開示を求めてください。",
  none: "ポリシーにはこの送信元の鍵がありますが、送信元は署名していません。",
  unknown: "ポリシーにある送信元ですが、署名したかどうかは示されていません。",
};

const block = {
  trust: (number: string) => `ブロック ${number} は、あなたが信頼するものです。`,
  nodes: (number: string) => `あなたのノードにブロック ${number} があり、確定しています。`,
  nobody: (number: string) =>
    `ブロック ${number} までの証拠はつじつまが合います。チェーンにそのブロックがあるかは、誰にも尋ねていません。`,
} as const;

const kinds: KindNames = {
  record: "記録",
  source: "送信元についての出来事",
  profile: "記録の種別の定義",
  beacon: "ビーコン",
  erasure: "消去",
  consent: "同意",
  disclosure: "開示",
  provision: "第三者提供",
  derivation: "加工した画像",
};

const reasons: ReasonSentences = {
  damaged:
    "ファイルが壊れているか書き換えられており、証明バンドルとして読めません。入手元からもう一度取得してください。",
  entry: "このログが作るはずのないエントリです。",
  body: "ログが記録した内容ではありません。書き換えられたか、別の記録のものです。",
  opening: "開示された項目が記録と一致しません。値が変えられたか、別の記録のものです。",
  signature: "署名が、その対象に対して有効ではありません。",
  signatureHidden: "ポリシーは送信元の署名を求めていますが、示されていません。「evidence」の開示を求めてください。",
  otherLog: "ポリシーが示すログとは別のログのものです。",
  note: "署名されたログの状態が壊れているか、書き換えられています。",
  quorum: "署名した証人が、ポリシーの求める数に足りません。",
  inclusion: "証明が署名されたログにつながりません。記録が入っていないか、証明が書き換えられています。",
  evidence: "ブロックチェーンの証拠のつじつまが合いません。書き換えられたか、別の取引のものです。",
  otherChain: "あなたが信頼するものとは別のチェーン、コントラクト、またはブロックです。",
  otherAnchor: "コントラクトが記録したのは、示されたものとは別のログの状態です。",
  silent:
    "チェーンにこのブロックがあるかを誰にも尋ねていないか、答えがありません。信頼するブロックのハッシュを入力するか、ご自身のノードに尋ねてください。",
  wrongChain: "あなたのノードは、ポリシーが示すものとは別のチェーンのものです。",
  notFinal: "ブロックはチェーンにありますが、まだ確定していません。後でもう一度確認してください。",
  otherOriginal: "記録は、このファイルとは別のデータから作られました。",
  originalHidden: "記録の元になったものは示されていません。「received」の開示を求めてください。",
  other: "確認できませんでした。",
};

const fork: ForkTexts = {
  title: "ログに対する証拠",
  holds: "証明されました。このログには二つの履歴があります。鍵を持つ者は、その両方に責任を負います。",
  refuted: "このファイルは、ログについて何も証明しません。",
  undecided: "二つの履歴は矛盾していますが、一方のブロックを保証する者がいません。",
  steps: {
    evidence: "ファイル",
    smaller: "一つ目の履歴",
    larger: "二つ目の履歴",
    contradiction: "矛盾",
    chain: "ブロックの確認",
  },
  found: {
    "fork-form": () => "バージョン1の証拠です。",
    "head-signed": ({ origin, treeSize, rootHash }) =>
      count(treeSize, { other: `${origin} がエントリ#件に署名しました` }) + `(ルート ${rootHash})。`,
    "head-anchored": ({ contract, blockNumber, blockTime, treeSize, rootHash }) =>
      `コントラクト ${contract} が、ブロック ${numberInWords(blockNumber)}(${timeInWords(blockTime)})に、` +
      `エントリ${numberInWords(treeSize)}件、ルート ${rootHash} を記録しました。`,
    "roots-differ": ({ treeSize }) =>
      `同じ${numberInWords(treeSize)}件のエントリに、二つのルートがあります。どちらかは書き換えられています。`,
    "prefix-differs": ({ treeSize, largerSize }) =>
      `${numberInWords(largerSize)}件のログは、一つ目の履歴の${numberInWords(treeSize)}件で始まっていません。`,
  },
};

export const JA: VerifyTexts = {
  title: "記録を検証する",
  lead: "記録が登録されてから変わっていないことを、ご自身で確かめられます。すべてこの端末の中で行われ、ファイルは外に出ません。",
  policy: {
    title: "1. 誰を信頼するか",
    why: "ポリシーは、どのログとどのコントラクトが正しいかを示すものです。信頼できる方法で運営者から一度だけ受け取り、証明と一緒には受け取らないでください。",
    choose: "ポリシーのファイルを選ぶ",
    paste: "または、ここに貼り付ける",
    pasteHint: "波かっこで始まり、warifu-policy/1 を含む文字列",
    use: "このポリシーを使う",
    change: "別のポリシーを使う",
    keep: "ポリシーを組み込んだページを保存",
    pinned: "このページには、このポリシーが組み込まれています。",
    log: "ログ",
    chain: "ブロックチェーンとコントラクト",
    chainValue: (id, contract) => `チェーン ${id}、${contract}`,
    rule: "チェーンを信頼する方法",
    rules: {
      "trusted-block": "あなたが示すブロック、またはあなたのノードが知るブロック",
      evidence: "つじつまの合う証拠で足りる",
    },
    sources: "既知の送信元",
    witnesses: "証人",
    witnessesValue: (quorum, keys) => `${numberInWords(keys)}者のうち${numberInWords(quorum)}者の署名が必要`,
    none: "なし",
    fingerprint: "フィンガープリント",
    fingerprintHint:
      "ポリシーを渡した人に、電話や紙でこの数字を読み上げてもらい、見比べてください。「warifu verify」も同じ数字を表示します。",
    wrong: "使えるポリシーではありません。",
  },
  given: {
    title: "2. 何を確かめるか",
    drop: "ここにファイルをドロップ",
    dropHint: "証明バンドル(複数や ZIP も可)。元の写真・文書・測定値があれば、一緒に入れてください。",
    choose: "ファイルを選ぶ",
    clear: "ファイルをすべて取り除く",
    first: "先に上でポリシーを選んでください。ポリシーがなければ、誰を信じるべきか判断できません。",
    only: "まだ証明バンドルがありません。記録のバンドル(.json で終わるファイル)を加えてください。",
    problems: {
      empty: "は空です",
      tooLarge: "は大きすぎて、ここでは確認できません",
      unreadable: "は読み取れません",
      damagedZip: "は壊れているか大きすぎる ZIP です",
      policy: "はポリシーです。上で選んでください",
    },
  },
  options: {
    title: "チェーンを確かめるほかの方法",
    blockHash: "信頼するブロックのハッシュ",
    blockHashHint: "0x と64桁。バンドルとは別のところから入手してください。複数は空白で区切ります。",
    wrongHash: "ブロックのハッシュは、0x と16進数64桁です。",
    node: "ご自身のノードのアドレス",
    nodeHint: "このアドレスだけに、ブロックとコントラクトについてだけ尋ねます。",
    wrongNode: "http:// か https:// で始まるアドレスではありません。",
    noNode: "このファイルは通信しません。別のファイル warifu-verify-rpc.html なら、ご自身のノードに尋ねられます。",
    apply: "もう一度確認する",
  },
  working: "確認しています…",
  verdict: {
    title: "判定",
    holds: "この記録は、アンカーされてから変わっていません。",
    undecided: "誤りはありませんが、ポリシーが求める確認が済んでいません。",
    refuted: "信頼しないでください。成り立ちません。",
    at: (step) => `「${step}」で不成立です。`,
    many: "すべてのバンドル",
    bundle: "バンドル",
    outcome: "結果",
    record: "記録",
    sum: (holds, refuted, undecided) =>
      `成立 ${numberInWords(holds)}件、不成立 ${numberInWords(refuted)}件、判定できないもの ${numberInWords(undecided)}件`,
    place: (kind, leaf, source) => `${kind} ${numberInWords(leaf)}(${source})`,
  },
  steps: { title: "確認の手順", detail: "技術的な詳細", notReached: "不成立の手順より後は、確認していません。" },
  step: steps,
  found,
  reasons,
  fork,
  kinds,
  time: {
    title: "いつのものか",
    received: "受信(サービスの申告)",
    block: (number) => `ブロック ${numberInWords(number)}`,
    claimedBlock: (number) => `ブロック ${numberInWords(number)}(保証する者なし)`,
    open: "示されていません",
  },
  record: {
    title: "記録",
    id: "記録の ID",
    log: "ログと位置",
    logValue: (origin, leaf) => `${origin}、エントリ ${numberInWords(leaf)}`,
    hash: "エントリのハッシュ",
    source: "送信元と番号",
    sourceValue: (source, seq) => `${source}、番号 ${numberInWords(seq)}`,
    type: "種別",
    anchor: "アンカー先",
    transaction: "取引",
  },
  claims: {
    title: "記録の内容",
    withheld: "内容は公開が止められたか、消去されています。",
    struck: "示されていない項目",
    struckHint:
      "線を引いた項目は、この種別の記録が持ち得るものです。ここでは秘匿されているか、記録にありません。どちらかはサービスにしか分かりません。",
    labels: {
      category: "分類",
      theme: "テーマ",
      area: "地区",
      text: "本文",
      language: "言語",
      reportedAt: "通報日時",
      latitude: "緯度",
      longitude: "経度",
      address: "住所",
      pictures: "写真",
      reporterName: "通報者の氏名",
      reporterId: "通報者の ID",
      reporterEmail: "通報者のメール",
      reporterPhone: "通報者の電話",
      requestId: "受付番号",
      status: "状態",
      updatedAt: "更新日時",
      details: "詳細",
      evidence: "送信元の署名",
      received: "受信したもの",
      c2pa: "来歴情報(サービスの確認による)",
      observedAt: "観測日時",
      temperature: "気温",
      humidity: "湿度",
      noise: "騒音",
    },
  },
  limits: {
    title: "これでは分からないこと",
    truth: "送信元が送った内容が真実かどうか。",
    withheld: "記録の内容。公開が止められたか、消去されています。",
    digests: (digests) =>
      count(digests, {
        other: "残る#件のダイジェストが何を隠しているか。未開示の項目か、中身のないおとりです。",
      }),
    unsigned: {
      "partly-shown": "誰が送ったか。送信元の署名の対象の一部が示されていません。",
      "not-shown": "誰が送ったか。送信元の署名が示されていません。",
      none: "誰が送ったか。送信元は署名していません。",
      unknown: "誰が送ったか。送信元が署名したかどうかが示されていません。",
    },
    strangersKey: "署名の鍵が本当に送信元のものか。ポリシーにその鍵がありません。",
    noBeacon: "何より後のものか。バンドルにビーコンがありません。",
    blocks: (numbers) => `チェーンにブロック ${numbers} があるか。信頼できる者に尋ねていません。`,
  },
  originals: {
    title: "お手元の原本",
    received: (name) => `一致しました。${name} の記録は、このファイルから作られました。`,
    picture: (name, place) => `一致しました。${name} の記録の写真 ${numberInWords(place)} です。`,
    reading: (name) => `一致しました。${name} の記録は、このファイルと同じことを述べています。`,
    refuted: "一致しません。記録が示すのは別のデータです。ファイルが書き換えられたか、送られたものではありません。",
    undecided: "一致を確認できません。記録の元データや写真が示されていません。その開示を求めてください。",
    inRefuted: "バンドル自体が成り立たないため、このファイルについては何も言えません。",
    hash: "SHA-256",
  },
  report: {
    print: "印刷・PDF で保存",
    title: "確認の方法",
    tool: "使用したもの",
    toolValue: "warifu-verify(ブラウザー)",
    time: "確認日時",
    policy: "ポリシー(フィンガープリント)",
    file: "バンドルの SHA-256",
    repeat: "同じ確認をするには",
    repeatValue: "warifu verify バンドル --policy ポリシー",
  },
  about: {
    offline: "このページは通信なしで動きます。ファイルとして保存すれば、USB メモリーからも使えます。",
    save: "このページをファイルとして保存",
    hash: "ファイルの SHA-256",
  },
};
