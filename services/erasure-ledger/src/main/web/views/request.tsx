/** @jsxRuntime automatic @jsxImportSource preact */
import { useState } from 'preact/hooks';
import type { Story } from '../api';
import { between, date, duration, left, time, words } from '../format';
import { Badge, Gates, Id, Table } from '../parts';
import { ForgetSetCard } from './forget-sets';

const TELLS: Record<string, string> = {
  REQUEST_ACCEPTED: 'Accepted: every in-sync replica of the broker holds it',
  DEADLINE_EXTENDED: 'The deadline was moved, and the person told',
  SUPPRESSION_ACKNOWLEDGED: 'Suppressed: out of the prompts of every live server',
  REQUEST_WITHDRAWN: 'Withdrawn before its forget set closed',
  FORGET_SET_CLOSED: 'Its forget set closed',
  CANDIDATE_ACCEPTED: 'A candidate passed every gate',
  CANDIDATE_REFUSED: 'A candidate failed a gate',
  VERSION_RELEASED: 'A version that has forgotten it was released',
  UNLEARNING_ACKNOWLEDGED: 'Unlearned: every live server serves such a version',
  EXACT_ACKNOWLEDGED: 'Exact: every live server serves a model that never saw the rows',
  CLOCKS_MET: 'Completed: the receipt was issued',
};

/** Leads to the story of a request whose id somebody has. */
export function FindRequest() {
  const [id, setId] = useState('');
  return (
    <form
      class="sheet card"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        if (id.trim() !== '') {
          location.hash = `#/requests/${encodeURIComponent(id.trim())}`;
        }
      }}
    >
      <div class="fields">
        <label>
          Id of the request
          <input value={id} onInput={(event) => setId(event.currentTarget.value)} spellcheck={false} autocomplete="off" />
        </label>
        <button type="submit">Show its story</button>
      </div>
    </form>
  );
}

export function RequestView({ story }: { story: Story | null }) {
  if (!story) {
    return null;
  }
  const { standing } = story;
  const claim = standing.receiptId === null ? null : standing.exactAt === null ? 'approximate' : 'exact';
  return (
    <>
      <section aria-labelledby="standing">
        <h2 id="standing">Where it stands</h2>
        <dl class="sheet facts">
          <dt>Request</dt>
          <dd>
            <code>{standing.requestId}</code>
          </dd>
          <dt>Person (pseudonym)</dt>
          <dd>
            <code>{standing.subjectRef}</code>
          </dd>
          <dt>Stage</dt>
          <dd>
            <Badge tone={standing.stage === 'COMPLETED' ? 'met' : standing.stage === 'WITHDRAWN' ? 'off' : 'running'}>
              {words(standing.stage)}
            </Badge>
            {claim && `, ${claim}`}
          </dd>
          <dt>Legal deadline</dt>
          <dd>
            {standing.regime}, {date(standing.dueAt)}
            {standing.exactAt === null && standing.stage !== 'WITHDRAWN' && `, ${left(story.timeLeftMillis)}`}
            {standing.extension &&
              `; extended from ${date(standing.extension.firstDueAt)} (${words(standing.extension.reason)})`}
          </dd>
          <dt>Samples held</dt>
          <dd>{standing.samples ?? 'not known before its forget set closes'}</dd>
          <dt>Acknowledged by</dt>
          <dd>{standing.acknowledgedBy.join(', ') || 'nobody yet'}</dd>
          {standing.reason && (
            <>
              <dt>Remark</dt>
              <dd>{standing.reason}</dd>
            </>
          )}
        </dl>
      </section>

      <section aria-labelledby="steps">
        <h2 id="steps">What happened</h2>
        <ol class="sheet story">
          {story.steps.map((step) => (
            <li key={step.entry}>
              <strong>{TELLS[step.event] ?? words(step.event)}</strong>
              <span class="note">
                {time(step.at)}
                {step.afterMillis > 0 && `, ${duration(step.afterMillis)} after acceptance`}; entry {step.entry} of the log
              </span>
            </li>
          ))}
        </ol>
      </section>

      {story.forgetSet && (
        <section aria-labelledby="set">
          <h2 id="set">Its forget set</h2>
          <ForgetSetCard set={story.forgetSet} />
        </section>
      )}
      {[story.version, story.exactVersion].map(
        (version, at) =>
          version && (
            <section key={at} aria-labelledby={`version-${at}`}>
              <h2 id={`version-${at}`}>{at === 0 ? 'The version that forgot it' : 'The version that forgot it exactly'}</h2>
              <p>
                Version {version.version}, adapter <Id of={version.adapterId} none="the recommender bare" />, parent{' '}
                <Id of={version.parentAdapterId} none="the recommender" />, watermark of {version.watermarkRequests}{' '}
                requests; by {version.method}, released {time(version.releasedAt)}.
              </p>
              <Gates gates={version.gates} caption={`Gates of version ${version.version}`} />
            </section>
          ),
      )}

      <section aria-labelledby="receipts">
        <h2 id="receipts">Receipts</h2>
        {story.receipts.length === 0 ? (
          <p class="sheet empty faint">A receipt is issued when both clocks, suppressed and unlearned, are met.</p>
        ) : (
          <ul class="sheet story">
            {story.receipts.map((receipt, at) => (
              <li key={receipt}>
                <code>{receipt}</code>
                <span class="note">
                  <a href={`/v1/receipts/${receipt}/page`}>
                    to read and print<span class="hidden">, receipt {at + 1}</span>
                  </a>
                  , <a href={`/v1/receipts/${receipt}`}>signed<span class="hidden">, receipt {at + 1}</span></a>,{' '}
                  <a href={`/v1/receipts/${receipt}/proof`}>proof from the log<span class="hidden">, receipt {at + 1}</span></a>
                </span>
              </li>
            ))}
          </ul>
        )}
        {story.callbacks.length > 0 && (
          <Table
            caption="Callbacks that did not arrive yet"
            columns={['Producer', 'State', 'Tries', 'Last error']}
            empty=""
            rows={story.callbacks.map((callback) => ({
              key: callback.receiptId,
              cells: [callback.producer, callback.state.toLowerCase(), callback.attempts, callback.lastError ?? 'none'],
            }))}
          />
        )}
        {standing.suppressedAt && standing.unlearnedAt && (
          <p class="note">
            Suppressed after {between(standing.acceptedAt, standing.suppressedAt)}, unlearned after{' '}
            {between(standing.acceptedAt, standing.unlearnedAt)}
            {standing.exactAt && `, exact after ${between(standing.acceptedAt, standing.exactAt)}`}.
          </p>
        )}
      </section>
    </>
  );
}
