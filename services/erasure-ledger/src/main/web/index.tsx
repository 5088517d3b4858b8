/** @jsxRuntime automatic @jsxImportSource preact */
import { render } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Candidate, DeadLetters, ForgetSet, Obligations, Overview, Server, Story, Version } from './api';
import { count, time } from './format';
import { type Polled, usePolled } from './polling';
import { DeadLettersView } from './views/dead-letters';
import { ForgetSetsView } from './views/forget-sets';
import { GatesView } from './views/gates';
import { LineageView } from './views/lineage';
import { ObligationsView } from './views/obligations';
import { FindRequest, RequestView } from './views/request';
import { ServersView } from './views/servers';
import './console.css';

const OPERATOR = 'erasure-operator';
const VIEWS = [
  { path: 'obligations', name: 'Obligations' },
  { path: 'forget-sets', name: 'Forget sets' },
  { path: 'versions', name: 'Versions' },
  { path: 'gates', name: 'Gates' },
  { path: 'servers', name: 'Servers' },
  { path: 'dead-letters', name: 'Dead letters' },
  { path: 'requests', name: 'One request' },
] as const;

interface Place {
  path: string;
  id: string | null;
}

interface ViewProps {
  overview: Overview | null;
  everyMillis: number;
  paused: boolean;
}

function placeOf(hash: string): Place {
  const [path, id] = hash.replace(/^#\/?/, '').split('/');
  const known = VIEWS.find((view) => view.path === path) ?? VIEWS[0];
  return { path: known.path, id: id ? decodeURIComponent(id) : null };
}

function usePlace(): Place {
  const [place, setPlace] = useState(placeOf(location.hash));
  useEffect(() => {
    const follow = () => setPlace(placeOf(location.hash));
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return place;
}

function Trouble({ of }: { of: Polled<unknown> }) {
  return of.trouble ? (
    <p class="fault" role="alert">
      {of.trouble.message} {of.trouble.status === 401 && <a href="/">Load again</a>}
    </p>
  ) : null;
}

function ObligationsPage({ overview, everyMillis, paused }: ViewProps) {
  const owed = usePolled<Obligations>('/v1/obligations', everyMillis, paused);
  return (
    <>
      <Trouble of={owed} />
      <ObligationsView overview={overview} owed={owed.data} />
    </>
  );
}

function ForgetSetsPage({ everyMillis, paused }: ViewProps) {
  const sets = usePolled<ForgetSet[]>('/v1/forget-sets', everyMillis, paused);
  return (
    <>
      <Trouble of={sets} />
      <ForgetSetsView sets={sets.data} />
    </>
  );
}

function VersionsPage({ everyMillis, paused }: ViewProps) {
  const versions = usePolled<Version[]>('/v1/lineage', everyMillis, paused);
  const servers = usePolled<Server[]>('/v1/servers', everyMillis, paused);
  return (
    <>
      <Trouble of={versions} />
      <LineageView versions={versions.data} servers={servers.data} />
    </>
  );
}

function GatesPage({ everyMillis, paused }: ViewProps) {
  const candidates = usePolled<Candidate[]>('/v1/candidates', everyMillis, paused);
  return (
    <>
      <Trouble of={candidates} />
      <GatesView candidates={candidates.data} />
    </>
  );
}

function ServersPage({ overview, everyMillis, paused }: ViewProps) {
  const servers = usePolled<Server[]>('/v1/servers', everyMillis, paused);
  return (
    <>
      <Trouble of={servers} />
      <ServersView servers={servers.data} overview={overview} />
    </>
  );
}

function DeadLettersPage({ overview, everyMillis, paused }: ViewProps) {
  const letters = usePolled<DeadLetters>('/v1/dead-letters', everyMillis, paused);
  return (
    <>
      <Trouble of={letters} />
      <DeadLettersView letters={letters.data} mayRedrive={overview?.roles.includes(OPERATOR) ?? false} />
    </>
  );
}

function StoryPage({ id, everyMillis, paused }: ViewProps & { id: string }) {
  const story = usePolled<Story>(`/v1/requests/${encodeURIComponent(id)}/story`, everyMillis, paused);
  return (
    <>
      <Trouble of={story} />
      <RequestView story={story.data} />
    </>
  );
}

function View({ place, ...props }: ViewProps & { place: Place }) {
  switch (place.path) {
    case 'forget-sets':
      return <ForgetSetsPage {...props} />;
    case 'versions':
      return <VersionsPage {...props} />;
    case 'gates':
      return <GatesPage {...props} />;
    case 'servers':
      return <ServersPage {...props} />;
    case 'dead-letters':
      return <DeadLettersPage {...props} />;
    case 'requests':
      return (
        <>
          <FindRequest />
          {place.id !== null && <StoryPage key={place.id} id={place.id} {...props} />}
        </>
      );
    default:
      return <ObligationsPage {...props} />;
  }
}

/** What a screen reader is told when it changes; the figures that only count on are left out. */
function told(overview: Overview): string {
  return [
    overview.fault ? 'Nothing can be acknowledged at the moment' : null,
    `${overview.serversLive} of ${count(overview.servers, 'server')} live`,
    count(overview.openDeadLetters, 'open dead letter'),
    count(overview.clocks.reduce((late, clock) => late + clock.late, 0), 'clock') + ' late',
  ]
    .filter(Boolean)
    .join(', ');
}

function Console({ everyMillis }: { everyMillis: number }) {
  const place = usePlace();
  const [paused, setPaused] = useState(false);
  const overview = usePolled<Overview>('/v1/overview', everyMillis, paused);
  const heading = useRef<HTMLHeadingElement>(null);
  const visited = useRef(false);
  const name = VIEWS.find((view) => view.path === place.path)!.name;

  useEffect(() => {
    document.title = `${name}: Lethe erasure ledger`;
    // Whoever follows a link goes on reading at the page it leads to, not where the link was.
    if (visited.current) {
      heading.current?.focus();
    }
    visited.current = true;
  }, [place.path, place.id]);

  return (
    <>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          heading.current?.focus();
        }}
      >
        Skip to the content
      </a>
      <header>
        <p class="product">Lethe: erasure ledger</p>
        <nav aria-label="Console">
          <ul>
            {VIEWS.map((view) => (
              <li key={view.path}>
                <a href={`#/${view.path}`} aria-current={view.path === place.path ? 'page' : undefined}>
                  {view.name}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div class="strip">
          <p role="status">{overview.data ? told(overview.data) : 'Asks the ledger'}</p>
          <p class="faint">{overview.data && `As of ${time(overview.data.asOf)}`}</p>
          <button type="button" aria-pressed={paused} onClick={() => setPaused(!paused)}>
            Pause updates
          </button>
        </div>
      </header>
      <main id="main">
        <h1 ref={heading} tabIndex={-1}>
          {name}
        </h1>
        {overview.data?.fault && (
          <p class="fault" role="alert">
            <strong>Nothing is acknowledged at the moment.</strong> {overview.data.fault}
          </p>
        )}
        <Trouble of={overview} />
        <View place={place} overview={overview.data} everyMillis={everyMillis} paused={paused} />
      </main>
      <footer>
        <p>
          Times are UTC. Receipts verify offline with the <a href="/v1/public-key">public key</a>. The{' '}
          <a href="/q/openapi">interface</a> tells the same as JSON; <a href="/q/health/ready">health</a>.
        </p>
      </footer>
    </>
  );
}

const root = document.getElementById('console')!;
render(<Console everyMillis={Number(root.dataset.refreshMillis)} />, root);
