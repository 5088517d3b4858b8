/** @jsxRuntime automatic @jsxImportSource preact */
import type { Candidate } from '../api';
import { count, time } from '../format';
import { Badge, Gates, Id } from '../parts';

export function GatesView({ candidates }: { candidates: Candidate[] | null }) {
  if (!candidates) {
    return null;
  }
  return (
    <section aria-labelledby="candidates">
      <h2 id="candidates">Candidates, the last one first</h2>
      {candidates.length === 0 && <p class="sheet empty faint">No candidate was trained yet.</p>}
      {candidates.map((candidate, at) => (
        <article key={`${candidate.trainedAt}-${candidate.adapterId}`} class="sheet card" aria-labelledby={`candidate-${at}`}>
          <h3 id={`candidate-${at}`}>
            {candidate.exact ? 'Exact candidate' : 'Candidate'} for forget set {candidate.forgetSetSequence}{' '}
            <Badge tone={candidate.accepted ? 'met' : 'late'}>{candidate.accepted ? 'accepted' : 'refused'}</Badge>
          </h3>
          <p>
            Adapter <Id of={candidate.adapterId} />, continues <Id of={candidate.parentAdapterId} none="the recommender" />
            , by {candidate.method} in {count(candidate.steps, 'step')} and {candidate.trainSeconds.toFixed(1)} s;{' '}
            {time(candidate.trainedAt)}.
          </p>
          <Gates gates={candidate.gates} caption={`Gates, in the order they were applied`} />
        </article>
      ))}
    </section>
  );
}
