/** @jsxRuntime automatic @jsxImportSource preact */
import type { ClockReport, Obligations, Overview, RequestSnapshot } from '../api';
import { between, brief, count, date, duration, left, time, words } from '../format';
import { Badge, Id, Table, type Tone } from '../parts';

const PROMISE: Record<ClockReport['clock'], string> = {
  suppressed: 'out of every prompt of every live server',
  unlearned: 'every live server serves a version that has forgotten it',
  exact: 'by a model that never saw the rows, before the legal deadline',
};

function percentile(millis: number | null): string {
  return millis === null ? 'none yet' : duration(millis);
}

function Clocks({ overview }: { overview: Overview }) {
  return (
    <section aria-labelledby="clocks">
      <h2 id="clocks">The three clocks</h2>
      <Table
        caption={`Time from acceptance, over the newest ${count(overview.clocksOver, 'request')}`}
        columns={['Clock', 'Promised', 'Half within', '95 % within', '99 % within', 'Longest', 'Met in time', 'Still running']}
        empty=""
        rows={overview.clocks.map((clock) => ({
          key: clock.clock,
          cells: [
            <>
              {clock.clock}
              <span class="note">{PROMISE[clock.clock]}</span>
            </>,
            clock.targetMillis === null ? 'legal deadline' : duration(clock.targetMillis),
            <span class="number">{percentile(clock.p50Millis)}</span>,
            <span class="number">{percentile(clock.p95Millis)}</span>,
            <span class="number">{percentile(clock.p99Millis)}</span>,
            <span class="number">{percentile(clock.maxMillis)}</span>,
            <span class="number">{`${clock.inTime} of ${clock.met}`}</span>,
            clock.running === 0 ? (
              <Badge tone="met">none</Badge>
            ) : (
              <>
                <Badge tone={clock.late > 0 ? 'late' : 'running'}>
                  {clock.late > 0 ? `${clock.running}, ${clock.late} late` : String(clock.running)}
                </Badge>
                <span class="note">eldest {duration(clock.longestRunningMillis ?? 0)}</span>
              </>
            ),
          ],
        }))}
      />
    </section>
  );
}

function tone(request: RequestSnapshot): Tone {
  if (request.stage === 'COMPLETED') {
    return 'met';
  }
  return request.stage === 'CANDIDATE_REFUSED' ? 'late' : 'running';
}

function met(request: RequestSnapshot, at: string | null) {
  return at === null ? <span class="faint">not yet</span> : <span class="number">{between(request.acceptedAt, at)}</span>;
}

export function ObligationsView({ overview, owed }: { overview: Overview | null; owed: Obligations | null }) {
  return (
    <>
      {overview && <Clocks overview={overview} />}
      <section aria-labelledby="owed">
        <h2 id="owed">What is owed</h2>
        {owed && (
          <>
            <p>
              {count(owed.open, 'request')} not forgotten exactly yet,{' '}
              {owed.overdue > 0 ? <strong class="late">{owed.overdue} overdue</strong> : 'none overdue'}.
              {owed.obligations.length < owed.open && ` The first ${owed.obligations.length} are listed.`}
            </p>
            <Table
              caption="Requests by legal deadline, soonest first"
              columns={['Request', 'Deadline', 'Stage', 'Suppressed after', 'Unlearned after', 'Exact after']}
              empty="Nothing is owed: every request is forgotten exactly, or withdrawn."
              rows={owed.obligations.map(({ request, timeLeftMillis, overdue }) => ({
                key: request.requestId,
                cells: [
                  <>
                    <a href={`#/requests/${request.requestId}`}>
                      <code>{brief(request.requestId)}</code>
                      <span class="hidden">, the whole story</span>
                    </a>
                    <span class="note">
                      {request.regime}, subject <Id of={request.subjectRef} />
                    </span>
                  </>,
                  <>
                    {overdue ? <Badge tone="late">overdue</Badge> : null} {left(timeLeftMillis)}
                    <span class="note">
                      {date(request.dueAt)}
                      {request.extension && `, extended from ${date(request.extension.firstDueAt)}`}
                    </span>
                  </>,
                  <>
                    <Badge tone={tone(request)}>{words(request.stage)}</Badge>
                    {request.reason && <span class="note">{request.reason}</span>}
                  </>,
                  met(request, request.suppressedAt),
                  met(request, request.unlearnedAt),
                  met(request, request.exactAt),
                ],
              }))}
            />
            <p class="note">As of {time(owed.asOf)}.</p>
          </>
        )}
      </section>
    </>
  );
}
