/** @jsxRuntime automatic @jsxImportSource preact */
import type { Overview, Server } from '../api';
import { between, time } from '../format';
import { Badge, Id, Table } from '../parts';

export function ServersView({ servers, overview }: { servers: Server[] | null; overview: Overview | null }) {
  if (!servers) {
    return null;
  }
  return (
    <section aria-labelledby="servers">
      <h2 id="servers">Recommendation servers</h2>
      <Table
        caption="What each replica serves"
        columns={['Replica', 'State', 'Version', 'Adapter', 'Watermark', 'Serves it since', 'Suppressed up to', 'Heartbeat']}
        empty="No server has reported yet. A request completes once every live server serves a version that has forgotten it."
        rows={servers.map((server) => ({
          key: server.replicaId,
          cells: [
            server.replicaId,
            <Badge tone={server.live ? 'met' : 'late'}>{server.live ? 'live' : 'gone'}</Badge>,
            <>
              {server.version < 0 ? 'none' : server.version}
              {server.canaryVersion !== null && <span class="note">and {server.canaryVersion} on trial</span>}
            </>,
            <Id of={server.adapterId} none="the recommender bare" />,
            <Id of={server.watermarkDigest} />,
            time(server.switchedAt),
            <span>
              {Object.entries(server.suppressionOffsets)
                .map(([partition, offset]) => `${partition}: ${offset}`)
                .join(', ') || 'nothing'}
            </span>,
            overview ? `${between(server.sentAt, overview.asOf)} ago` : time(server.sentAt),
          ],
        }))}
      />
      <p class="note">
        Suppressed up to: partition of deletion.requested and the next offset to apply. Every request below is out of
        that server's prompts.
      </p>
    </section>
  );
}
