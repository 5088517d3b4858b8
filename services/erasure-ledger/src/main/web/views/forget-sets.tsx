/** @jsxRuntime automatic @jsxImportSource preact */
import type { ForgetSet, Training } from '../api';
import { between, brief, count, date, figure, time, words } from '../format';
import { Badge, Curve, Gates, Id, Table, type Tone } from '../parts';

const TONES: Record<string, Tone> = {
  CLOSED: 'running',
  IN_WORK: 'running',
  ENDED: 'off',
  REFUSED: 'late',
  TRAINED: 'running',
  RELEASED: 'met',
};

function Confidence({ training }: { training: Training }) {
  if (training.confidenceBefore === null || training.confidenceAfter === null) {
    return null;
  }
  return (
    <p>
      Confidence in the erased labels: <span class="number">{figure(training.confidenceBefore)}</span> before,{' '}
      <span class="number">{figure(training.confidenceAfter)}</span> after
      {training.confidenceTarget !== null && (
        <>
          , <span class="number">{figure(training.confidenceTarget)}</span> where the rows were never seen
        </>
      )}
      .
    </p>
  );
}

/** A forget set with what its worker told last. */
export function ForgetSetCard({ set }: { set: ForgetSet }) {
  const { training, candidate } = set;
  return (
    <article class="sheet card" aria-labelledby={`set-${set.sequence}`}>
      <h3 id={`set-${set.sequence}`}>
        Forget set {set.sequence} <Badge tone={TONES[set.state] ?? 'off'}>{words(set.state)}</Badge>
      </h3>
      <p>
        <Id of={set.forgetSetId} />, {count(set.requests, 'request')}, {count(set.samples, 'sample')}, closed by{' '}
        {set.trigger.toLowerCase()} at {time(set.closedAt)}; first deadline {date(set.earliestDueAt)}.
        {set.version !== null && (
          <>
            {' '}
            Released as version {set.version}
            {set.releasedAt && `, ${between(set.closedAt, set.releasedAt)} after it closed`}.
          </>
        )}
      </p>
      {training && (
        <>
          <p>
            {training.worker}: {words(training.phase)}
            {training.step && `, ${training.step} ${training.stepsDone} of ${training.stepsTotal} steps`},{' '}
            {between(training.startedAt, training.updatedAt)} since it was claimed.{training.detail && ` ${training.detail}`}
          </p>
          {!training.ended && training.stepsTotal > 0 && (
            <progress
              max={training.stepsTotal}
              value={training.stepsDone}
              aria-label={`Steps of forget set ${set.sequence}`}
            />
          )}
          {(training.curve.length > 0 || !training.ended) && (
            <Curve points={training.curve} of={`forget set ${set.sequence}`} />
          )}
          <Confidence training={training} />
        </>
      )}
      {candidate && <Gates gates={candidate.gates} caption={`Gates of its last candidate, by ${candidate.method}`} />}
    </article>
  );
}

export function ForgetSetsView({ sets }: { sets: ForgetSet[] | null }) {
  if (!sets) {
    return null;
  }
  const inFlight = sets.filter((set) => set.state !== 'RELEASED' && set.state !== 'ENDED');
  const done = sets.filter((set) => set.state === 'RELEASED' || set.state === 'ENDED');
  return (
    <>
      <section aria-labelledby="in-flight">
        <h2 id="in-flight">In flight</h2>
        {inFlight.length === 0 && <p class="sheet empty faint">No forget set is on its way.</p>}
        {inFlight.map((set) => (
          <ForgetSetCard key={set.forgetSetId} set={set} />
        ))}
      </section>
      <section aria-labelledby="last">
        <h2 id="last">The last that ended</h2>
        {done[0] && <ForgetSetCard key={done[0].forgetSetId} set={done[0]} />}
        <Table
          caption="Forget sets that ended, newest first"
          columns={['Set', 'State', 'Requests', 'Samples', 'Closed', 'Version', 'From closing to release']}
          empty="None has ended yet."
          rows={done.map((set) => ({
            key: set.forgetSetId,
            cells: [
              <>
                {set.sequence} <code class="faint">{brief(set.forgetSetId)}</code>
              </>,
              <Badge tone={TONES[set.state] ?? 'off'}>{words(set.state)}</Badge>,
              set.requests,
              set.samples,
              time(set.closedAt),
              set.version ?? 'none',
              set.releasedAt === null ? 'none' : <span class="number">{between(set.closedAt, set.releasedAt)}</span>,
            ],
          }))}
        />
      </section>
    </>
  );
}
