import { lazy, Suspense, useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import { useSignedOut } from './api/session.ts';
import { Boundary } from './boundary.tsx';
import { Help } from './frame/help.tsx';
import { NoticeLine } from './frame/notice.tsx';
import { Palette } from './frame/palette.tsx';
import { Rail } from './frame/rail.tsx';
import { SignIn } from './frame/sign-in.tsx';
import { TopBar } from './frame/top-bar.tsx';
import { listen } from './keys/dispatch.ts';
import { useRoute } from './navigate.ts';
import { IncidentsPage } from './pages/incidents.tsx';
import { MissingPage } from './pages/missing.tsx';
import { NowPage } from './pages/now.tsx';
import { Bones, Waiting } from './parts/answered.tsx';
import type { View } from './route.ts';
import type { StringKey } from './words/strings.ts';
import { useSay } from './words/speak.tsx';

const IncidentPage = lazy(async () => ({ default: (await import('./pages/incident.tsx')).IncidentPage }));
const ServicePage = lazy(async () => ({ default: (await import('./pages/service.tsx')).ServicePage }));
const ServicesPage = lazy(async () => ({ default: (await import('./pages/services.tsx')).ServicesPage }));
const TracesPage = lazy(async () => ({ default: (await import('./explore/traces.tsx')).TracesPage }));
const TracePage = lazy(async () => ({ default: (await import('./explore/trace.tsx')).TracePage }));
const ProfilesPage = lazy(async () => ({ default: (await import('./explore/profiles.tsx')).ProfilesPage }));
const ProfilePage = lazy(async () => ({ default: (await import('./explore/flame.tsx')).ProfilePage }));
const LogsPage = lazy(async () => ({ default: (await import('./explore/logs.tsx')).LogsPage }));
const MetricsPage = lazy(async () => ({ default: (await import('./explore/metrics.tsx')).MetricsPage }));
const FindingPage = lazy(async () => ({ default: (await import('./pages/finding.tsx')).FindingPage }));
const DetectorsPage = lazy(async () => ({ default: (await import('./pages/detectors.tsx')).DetectorsPage }));
const BacktestPage = lazy(async () => ({ default: (await import('./pages/backtest.tsx')).BacktestPage }));
const FeaturesPage = lazy(async () => ({ default: (await import('./pages/features.tsx')).FeaturesPage }));
const IngestPage = lazy(async () => ({ default: (await import('./pages/ingest.tsx')).IngestPage }));
const SendPage = lazy(async () => ({ default: (await import('./pages/send.tsx')).SendPage }));
const SettingsPage = lazy(async () => ({ default: (await import('./pages/settings.tsx')).SettingsPage }));

const words: Readonly<Record<View['page'], StringKey>> = {
  now: 'nav.now', incidents: 'nav.incidents', incident: 'nav.incidents', services: 'nav.services', service: 'nav.services', traces: 'nav.traces', trace: 'trace.title', profiles: 'nav.profiles', profile: 'profile.title',
  logs: 'nav.logs', metrics: 'nav.metrics', finding: 'finding.title', detectors: 'nav.detectors', backtest: 'nav.backtest', features: 'nav.features', ingest: 'ingest.title', send: 'nav.send', settings: 'nav.settings', missing: 'nav.now',
};

function Page({ view }: { readonly view: View }): ReactNode {
  switch (view.page) {
    case 'now': return <NowPage />;
    case 'incidents': return <IncidentsPage />;
    case 'incident': return <IncidentPage id={view.id} />;
    case 'services': return <ServicesPage />;
    case 'service': return <ServicePage id={view.id} />;
    case 'traces': return <TracesPage />;
    case 'trace': return <TracePage id={view.id} />;
    case 'profiles': return <ProfilesPage />;
    case 'profile': return <ProfilePage id={view.id} />;
    case 'logs': return <LogsPage />;
    case 'metrics': return <MetricsPage />;
    case 'finding': return <FindingPage id={view.id} />;
    case 'detectors': return <DetectorsPage />;
    case 'backtest': return <BacktestPage />;
    case 'features': return <FeaturesPage />;
    case 'ingest': return <IngestPage />;
    case 'send': return <SendPage />;
    case 'settings': return <SettingsPage />;
    case 'missing': return <MissingPage />;
  }
}

/** A new page begins at its start, for the keyboard and for screen readers alike. */
function Main({ view }: { readonly view: View }): ReactNode {
  const say = useSay();
  const main = useRef<HTMLElement>(null);
  useEffect(() => main.current?.focus({ preventScroll: true }), []);
  return (
    <main id="main" ref={main} tabIndex={-1}>
      <Boundary>
        <Suspense fallback={<Waiting what={say(words[view.page])}><Bones rows={8} /></Waiting>}><Page view={view} /></Suspense>
      </Boundary>
    </main>
  );
}

export function App(): ReactNode {
  const say = useSay();
  const { view } = useRoute();
  const signedOut = useSignedOut();
  const [overlay, setOverlay] = useState<'help' | 'search' | null>(null);
  const close = useCallback(() => setOverlay(null), []);
  const address = 'id' in view ? `${view.page} ${view.id}` : view.page;

  // The keys of pages are for those who see them.
  useEffect(() => (signedOut ? undefined : listen({
    open: setOverlay,
    close: () => {
      const open = document.querySelector('dialog[open]') !== null;
      setOverlay(null);
      return open;
    },
  })), [signedOut]);

  if (signedOut) return <><SignIn /><NoticeLine /></>;
  return (
    <div className="app">
      <a className="skip" href="#main">{say('nav.skip')}</a>
      <Rail view={view} />
      <TopBar onSearch={() => setOverlay('search')} />
      <Main key={address} view={view} />
      <NoticeLine />
      {overlay === 'help' ? <Help onClose={close} /> : null}
      {overlay === 'search' ? <Palette onClose={close} /> : null}
    </div>
  );
}
