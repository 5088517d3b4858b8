/** @jsxRuntime automatic @jsxImportSource preact */
import type { Server, Version } from '../api';
import { count, time } from '../format';
import { Badge, Gates, Id, Table } from '../parts';

/** Each version under the parent that it continues. */
export function LineageView({ versions, servers }: { versions: Version[] | null; servers: Server[] | null }) {
  if (!versions) {
    return null;
  }
  const numberOf = new Map(versions.map((version) => [version.adapterId, version.version]));
  const servedBy = (version: Version) =>
    (servers ?? []).filter((server) => server.live && server.version === version.version).map((server) => server.replicaId);
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
              <>
                <Badge tone={version.status === 'RELEASED' ? 'met' : 'off'}>{version.status.toLowerCase()}</Badge>
                <span class="note">{version.signed ? 'signed' : 'not signed'}</span>
              </>,
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
