/** @jsxRuntime automatic @jsxImportSource preact */
import type { Canary, Server, Version } from '../api';
import { count, time, words } from '../format';
import { Badge, Gates, Id, Table, type Tone } from '../parts';

function standing(version: Version): [Tone, string] {
  if (version.current) {
    return ['met', 'current'];
  }
  if (version.status === 'CANARY') {
    return ['running', 'on trial'];
  }
  return ['off', version.status === 'RELEASED' ? 'superseded' : words(version.status)];
}

function traffic(canary: Canary): string {
  return canary.replicas.length > 0
    ? `every request to ${canary.replicas.join(' and ')}`
    : `${canary.percent} % of the subjects`;
}

/** What a version is to the traffic: whose it is, on what part it is tried, and who holds it. */
function Standing({ of: version }: { of: Version }) {
  const [tone, word] = standing(version);
  return (
    <>
      <Badge tone={tone}>{word}</Badge>
      {version.status === 'CANARY' && version.canary && (
        <span class="note">Canary: answers {traffic(version.canary)}; the current version answers the others</span>
      )}
      {version.current && version.canary && (
        <span class="note">The next version will be tried first on {traffic(version.canary)}</span>
      )}
      {version.status === 'WITHDRAWN' && version.trialOnly && <span class="note">Its trial ended; it was never for all</span>}
      {version.pin && (
        <span class="note">
          Pinned since {time(version.pin.pinnedAt)} by <Id of={version.pin.actorRef} />: {version.pin.why}
        </span>
      )}
      <span class="note">{version.signed ? 'signed' : 'not signed'}</span>
    </>
  );
}

/** Each version under the parent that it continues. */
export function LineageView({ versions, servers }: { versions: Version[] | null; servers: Server[] | null }) {
  if (!versions) {
    return null;
  }
  const numberOf = new Map(versions.map((version) => [version.adapterId, version.version]));
  const servedBy = (version: Version) =>
    (servers ?? [])
      .filter((server) => server.live && (server.version === version.version || server.canaryVersion === version.version))
      .map((server) => server.replicaId);
  const newest = versions[0];
  return (
    <>
      <section aria-labelledby="lineage">
        <h2 id="lineage">Lineage</h2>
        <Table
          caption="Versions, newest first"
          columns={['Version', 'Status', 'Adapter', 'Parent', 'Watermark', 'Method', 'Released', 'Served by']}
          empty="No version was released yet."
          rows={versions.map((version) => ({
            key: String(version.version),
            cells: [
              version.version,
              <Standing of={version} />,
              <Id of={version.adapterId} none="the recommender bare" />,
              <>
                <Id of={version.parentAdapterId} none="the recommender" />
                {version.parentAdapterId !== null && numberOf.has(version.parentAdapterId) && (
                  <span class="note">version {numberOf.get(version.parentAdapterId)}</span>
                )}
              </>,
              <>
                {count(version.watermarkRequests, 'request')}
                {version.newRequests > 0 && `, ${version.newRequests} of them new`}
                <span class="note">
                  digest <Id of={version.watermarkDigest} />
                  {version.minimumRequests > 0 && `, at least ${version.minimumRequests} more from now on`}
                </span>
              </>,
              <>
                {version.method}
                <span class="note">{version.exact ? 'exact' : 'approximate'}</span>
              </>,
              time(version.releasedAt),
              servedBy(version).join(', ') || <span class="faint">nobody</span>,
            ],
          }))}
        />
      </section>
      {newest && newest.gates.length > 0 && (
        <section aria-labelledby="gates">
          <h2 id="gates">Gates that version {newest.version} passed</h2>
          <Gates gates={newest.gates} caption={`Gates of version ${newest.version}`} />
        </section>
      )}
    </>
  );
}
