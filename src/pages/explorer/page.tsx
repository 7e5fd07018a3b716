/** The explorer: what is in the log and how the service fares, for everybody who wants to look. */
import type { JSX } from "preact";
import { place, startRouter } from "../app/router.ts";
import { Layout } from "../components/layout.tsx";
import { mount } from "../components/mount.tsx";
import { textsIn } from "../texts/language.ts";
import { AnchorsView } from "./anchors.tsx";
import { HomeView } from "./home.tsx";
import { MapView } from "./map.tsx";
import { MonitoringView } from "./monitoring.tsx";
import { Navigation } from "./navigation.tsx";
import { ReceiptRoute } from "./receipt.tsx";
import { RecordRoute } from "./record.tsx";
import { RecordsView } from "./records.tsx";
import { RightsView } from "./rights.tsx";
import { SourcesRoute } from "./sources.tsx";
import { EXPLORER } from "./texts/explorer.ts";

function Explorer() {
  const { path } = place.value;
  const [, what, id] = /^\/(records|receipts)\/([0-9a-f-]+)$/.exec(path) ?? [];
  if (id !== undefined)
    return what === "records" ? <RecordRoute key={id} id={id} /> : <ReceiptRoute key={id} id={id} />;
  const views: Readonly<Record<string, () => JSX.Element>> = {
    "/": () => <HomeView />,
    "/records": () => <RecordsView />,
    "/anchors": () => <AnchorsView />,
    "/map": () => <MapView />,
    "/sources": () => <SourcesRoute />,
    "/monitoring": () => <MonitoringView />,
    "/rights": () => <RightsView />,
  };
  return views[path]?.() ?? <NothingHere />;
}

function NothingHere() {
  return (
    <Layout title={textsIn(EXPLORER).notFound} nav={<Navigation />}>
      <></>
    </Layout>
  );
}

startRouter([/^\/$/, /^\/(records|anchors|map|sources|monitoring|rights)$/, /^\/(records|receipts)\/[0-9a-f-]{36}$/]);
mount(Explorer);
