/** @jsxRuntime automatic @jsxImportSource preact */
import { useState } from 'preact/hooks';
import { ask, type DeadLetters, Refusal, type RedriveReport } from '../api';
import { brief, count, duration, left, time } from '../format';
import { Badge, Table, type Tone } from '../parts';

const REDRIVE_MAX = 100;
const WHY_CHARACTERS_MAX = 300;
const TONES: Record<string, Tone> = { OPEN: 'late', REDRIVEN: 'running', ANSWERED: 'met' };
const ACTION_TONES: Record<string, Tone> = { REDRIVE: 'running', SKIP: 'off', REFUSE: 'late', FAIL: 'late' };

function Report({ report }: { report: RedriveReport }) {
  const told = [
    `${report.redriven} ${report.dryRun ? 'would be sent back' : 'sent back'}`,
    `${report.skipped} skipped`,
    `${report.refused} refused`,
    `${report.failed} failed`,
  ].join(', ');
  return (
    <>
      <p role="status">
        <strong>{report.dryRun ? 'Dry run' : 'Done'}:</strong> {told}.
        {report.more && ' More letters match than one redrive takes; run it again afterwards.'}
      </p>
      <Table
        caption={report.dryRun ? 'What would become of each letter' : 'What became of each letter'}
        columns={['Letter', 'Back to', 'What', 'Because']}
        empty="No open letter matches."
        rows={report.letters.map((line) => ({
          key: line.id,
          cells: [
            <code>{line.id}</code>,
            <code>{line.target}</code>,
            <Badge tone={ACTION_TONES[line.action] ?? 'off'}>{line.action.toLowerCase()}</Badge>,
            line.because ?? line.reason,
          ],
        }))}
      />
    </>
  );
}

/** Tells first what would be done, and does it only after that was shown and a reason was given. */
function Redrive({ topics, mayRedrive }: { topics: string[]; mayRedrive: boolean }) {
  const [topic, setTopic] = useState('');
  const [reason, setReason] = useState('');
  const [why, setWhy] = useState('');
  const [report, setReport] = useState<RedriveReport | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  if (!mayRedrive) {
    return <p>Sending letters back needs the role erasure-operator, which your token does not carry.</p>;
  }
  const forget = () => setReport(null);
  const send = async (dryRun: boolean) => {
    setBusy(true);
    setTrouble(null);
    try {
      const filter = { topic: topic || null, reason: reason || null, limit: REDRIVE_MAX };
      setReport(await ask<RedriveReport>('/v1/dead-letters/redrive', dryRun ? { ...filter, dryRun } : { ...filter, dryRun, why }));
      if (!dryRun) {
        setWhy('');
      }
    } catch (refusal) {
      setTrouble(refusal instanceof Refusal ? refusal.message : String(refusal));
    } finally {
      setBusy(false);
    }
  };
  const ready = report !== null && report.dryRun && report.redriven > 0;
  return (
    <form
      class="sheet card"
      onSubmit={(event) => {
        event.preventDefault();
        void send(true);
      }}
    >
      <div class="fields">
        <label>
          Topic
          <select
            value={topic}
            onChange={(event) => {
              setTopic(event.currentTarget.value);
              forget();
            }}
          >
            <option value="">every topic</option>
            {topics.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label>
          Reason or error contains
          <input
            value={reason}
            onInput={(event) => {
              setReason(event.currentTarget.value);
              forget();
            }}
          />
        </label>
        <button type="submit" disabled={busy}>
          Dry run
        </button>
      </div>
      {trouble && (
        <p class="fault" role="alert">
          {trouble}
        </p>
      )}
      {report && <Report report={report} />}
      {ready && (
        <div class="fields">
          <label>
            Why they are sent back (kept with each; name no person)
            <input value={why} maxLength={WHY_CHARACTERS_MAX} onInput={(event) => setWhy(event.currentTarget.value)} />
          </label>
          <button type="button" class="act" disabled={busy || why.trim() === ''} onClick={() => void send(false)}>
            Send {count(report.redriven, 'letter')} back
          </button>
        </div>
      )}
    </form>
  );
}

export function DeadLettersView({ letters, mayRedrive }: { letters: DeadLetters | null; mayRedrive: boolean }) {
  if (!letters) {
    return null;
  }
  return (
    <>
      <section aria-labelledby="dead-letters">
        <h2 id="dead-letters">Dead letters</h2>
        <p>
          {letters.open === 0
            ? 'None waits for anybody.'
            : `${count(letters.open, 'letter')} that nothing has been done about.`}
          {letters.oldestAgeSeconds !== null && ` The oldest is ${duration(letters.oldestAgeSeconds * 1000)} old.`}
          {letters.timeLeftMinSeconds !== null && ` First deadline: ${left(letters.timeLeftMinSeconds * 1000)}.`}
          {!letters.complete && ' They are still being read; more may come.'}
        </p>
        <Table
          caption="Dead letters by their shapes, never their bytes"
          columns={['Letter', 'State', 'From', 'Why', 'First failed', 'Tries', 'Carries', 'Deadline']}
          empty="There is no dead letter."
          rows={letters.letters.map((letter) => ({
            key: letter.id,
            cells: [
              <code>{letter.id}</code>,
              <Badge tone={TONES[letter.state] ?? 'off'}>{letter.state.toLowerCase()}</Badge>,
              <code>{`${letter.sourceTopic}-${letter.sourcePartition}@${letter.sourceOffset}`}</code>,
              <>
                {letter.reason}
                <span class="note">{letter.errorClass}</span>
              </>,
              time(letter.firstSeen),
              `${letter.attempts}, sent back ${letter.redrives}`,
              letter.requestIds.length === 0 ? (
                <span class="faint">no request that can be read</span>
              ) : (
                letter.requestIds.map((id) => (
                  <a key={id} href={`#/requests/${id}`}>
                    <code>{brief(id)}</code>
                  </a>
                ))
              ),
              letter.timeLeftSeconds === null ? 'none' : left(letter.timeLeftSeconds * 1000),
            ],
          }))}
        />
      </section>
      <section aria-labelledby="redrive">
        <h2 id="redrive">Send back</h2>
        <Redrive topics={Object.keys(letters.openByTopic)} mayRedrive={mayRedrive} />
      </section>
    </>
  );
}
